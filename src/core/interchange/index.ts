/** Formats of others, read and written. */
export * from './tau2.ts';
export * from './tau2Environment.ts';
export * from './toml.ts';
