/** Rollouts to training examples. */
export * from './examples.ts';
export * from './select.ts';
