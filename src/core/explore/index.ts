export * from './trajectory.ts';
export * from './coverage.ts';
export * from './explorer.ts';
export * from './fuzz.ts';
export * from './ground.ts';
export * from './grounded.ts';
export * from './lift.ts';
export * from './modelExplorer.ts';
export * from './provenance.ts';
export * from './record.ts';
export * from './refer.ts';
export * from './rules.ts';

import type { Explorer } from './explorer.ts';
import { fuzzExplorer } from './fuzz.ts';
import { groundedExplorer } from './grounded.ts';

/** The scripted explorers. */
export const explorers: readonly Explorer[] = [groundedExplorer, fuzzExplorer];
