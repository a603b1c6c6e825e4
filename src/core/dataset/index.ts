/** Rollouts to training examples. */
export * from './examples.ts';
