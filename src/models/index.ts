/** Language models behind HTTP and in recordings: implementations of core's one interface. */
export * from './budget.ts';
export * from './clock.ts';
export * from './httpModel.ts';
export * from './idle.ts';
export * from './keys.ts';
export * from './open.ts';
export * from './origins.ts';
export * from './providers.ts';
export * from './recorded.ts';
export { redact } from './redact.ts';
export * from './signIn.ts';
export type { ListedModel } from './wires/wire.ts';
