/** Formats of others, read and written. */
export * from './tau2.ts';
