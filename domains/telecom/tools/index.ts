import { reads } from './reads.ts';
import { writes } from './writes.ts';

/** The agent's tools, with the names, parameters, answers and errors of the reference implementation. */
export const telecomTools = [...reads, ...writes];
