/** Formats of others, read and written. */
export * from './gzip.ts';
export * from './importTau2.ts';
export * from './jsonText.ts';
export * from './readers/index.ts';
export * from './tau2.ts';
export * from './export.ts';
export * from './formats/index.ts';
export * from './tau2Write/task.ts';
export * from './tau2Environment.ts';
export * from './sides.ts';
export * from './toml.ts';
export * from './pieces.ts';
export * from './recorded.ts';
export { tau2Criteria, type Tau2Criteria } from './tau2Criteria.ts';
export * from './t2tLists.ts';
