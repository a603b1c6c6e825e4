import type { DatabaseRef, Domain, State } from '../environment/index.ts';
import type { Coverage, Trajectory } from './trajectory.ts';

/** What an explorer works with. */
export interface ExploreInput {
  readonly domain: Domain;
  readonly state: State;
  readonly database: DatabaseRef;
  /** Seed of this batch: the same seed, the same trajectories. */
  readonly seed: string;
  /** Trajectories wanted. */
  readonly count: number;
  /** Requests per trajectory; varies when absent. */
  readonly requests?: number | undefined;
}

/** What produces trajectories. Scripted ones are synchronous generators, so a caller can stop at any time. */
export interface Explorer {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  explore(input: ExploreInput): Generator<Trajectory, Coverage>;
}
