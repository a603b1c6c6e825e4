/** Formats of others, read and written. */
export * from './importTau2.ts';
export * from './jsonText.ts';
export * from './readers/index.ts';
export * from './tau2.ts';
