/** Trajectory to task: user programs, the condition transforms, wording, and the compiler to criteria. */
export * from './ambiguous.ts';
export * from './changing.ts';
export * from './compile.ts';
export { callsOf } from './criteria.ts';
export * from './general.ts';
export * from './goal.ts';
export * from './infeasible.ts';
export * from './program.ts';
export * from './task.ts';
export * from './transform.ts';
export * from './userProgram.ts';
export * from './ways.ts';
export * from './wording.ts';

import { ambiguous } from './ambiguous.ts';
import { changing } from './changing.ts';
import { general } from './general.ts';
import { infeasible } from './infeasible.ts';
import type { Transform } from './transform.ts';

/** The built-in transforms, one per condition. */
export const transforms: readonly Transform[] = [general, ambiguous, changing, infeasible];
