import { checks } from './checks.ts';
import { fixes } from './fixes.ts';

/** The user's tools: their phone. Names, parameters, answers and errors are the reference implementation's. */
export const phoneTools = [...checks, ...fixes];
