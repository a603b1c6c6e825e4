/** Evaluation: reward components, diagnosis, and metrics over many rollouts. */
export * from './judge.ts';
export * from './metrics.ts';
export * from './paired.ts';
export * from './published.ts';
export * from './sides.ts';
export * from './stateDiff.ts';
export * from './verdict.ts';
