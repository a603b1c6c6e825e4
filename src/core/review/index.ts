/** What others made, looked at as a careful reviewer would: their tasks, and the rewards of their rollouts. */
export * from './recordedRollout.ts';
export * from './report.ts';
export * from './review.ts';
export * from './tau2Difference.ts';
export * from './tau2Judge.ts';
