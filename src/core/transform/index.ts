export * from './task.ts';
export * from './userProgram.ts';
