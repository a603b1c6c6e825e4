/** Language models behind HTTP and in recordings: implementations of core's one interface. */
export * from './budget.ts';
export * from './clock.ts';
export * from './httpModel.ts';
export * from './journal.ts';
export * from './keeper.ts';
export * from './keys.ts';
export * from './open.ts';
export * from './origins.ts';
export * from './providers.ts';
export * from './recorded.ts';
export { redact } from './redact.ts';
export * from './signIn.ts';
export { SHORTEST_PASSPHRASE, type VaultState, type VaultStore } from './vault.ts';
export type { ListedModel } from './wires/wire.ts';
