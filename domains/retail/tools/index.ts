import type { Tool } from '#core/environment/index.ts';
import { deliveredWrites } from './delivered.ts';
import { pendingWrites } from './pending.ts';
import { reads } from './reads.ts';

/** The tools of the retail domain: names, parameters, results and errors as in tau2-bench. */
export const retailTools: readonly Tool[] = [...reads, ...pendingWrites, ...deliveredWrites];
