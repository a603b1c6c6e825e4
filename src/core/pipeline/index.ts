/** The pipeline as jobs: what a worker does, and how batches are scheduled. */
export * from './honest.ts';
export * from './inOrder.ts';
export * from './job.ts';
export * from './rewording.ts';
export * from './route.ts';
export * from './run.ts';
export * from './schedule.ts';
