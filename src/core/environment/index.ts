/**
 * The environment: a database as immutable state, tools that read and write it, and the domain that holds them
 * together with its policy, rules and intents. Everything is pure; seeds and calls decide every byte.
 */
export * from './apply.ts';
export * from './assertion.ts';
export * from './calculate.ts';
export * from './candidates.ts';
export * from './canonical.ts';
export * from './checkAssertion.ts';
export * from './content.ts';
export * from './domain.ts';
export * from './errors.ts';
export * from './intent.ts';
export * from './json.ts';
export * from './parts.ts';
export * from './prepare.ts';
export * from './random.ts';
export * from './remember.ts';
export * from './round.ts';
export * from './rowsBy.ts';
export * from './rule.ts';
export * from './says.ts';
export * from './state.ts';
export * from './tool.ts';
export * from './database.ts';
