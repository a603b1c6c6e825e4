import type { Domain, Random, State } from '../environment/index.ts';
import type { Trajectory } from '../explore/index.ts';
import { plainProgram, requestsOf } from './program.ts';
import type { Transform, TransformInput, TransformKnobs, Twist } from './transform.ts';

/** The twist that twists nothing: the trajectory's own requests, all said at once. Undefined when it has none. */
export function plainTwist(
  domain: Domain,
  state: State,
  trajectory: Trajectory,
  random: Random,
  knobs: TransformKnobs,
): Twist | undefined {
  if (trajectory.userId === null || trajectory.requests.length === 0) return undefined;
  const requests = requestsOf(domain, state, trajectory, random);
  if (requests === undefined) return undefined;
  const distractors = knobs.distractors ?? random.pick([0, 0, 0, 1]);
  return {
    program: plainProgram(domain, state, trajectory.userId, requests, random, distractors),
    conditions: ['general'],
    kinds: [requests.length === 1 ? 'one-request' : 'several-requests'],
    transforms: [],
    hidden: [],
    infeasible: [],
    outcomes: {},
    knobs: { requests: requests.length, hidden_slots: 0, trigger_turn: 0, distractors, pressure: 0 },
  };
}

/** Complete, stable, uniquely actionable: the control condition. */
export const general: Transform = {
  id: 'general',
  condition: 'general',
  title: 'General',
  description: 'Everything is said at once and nothing changes: the control condition.',
  *apply(input: TransformInput): Generator<Twist> {
    yield { ...input.twist, transforms: [...input.twist.transforms, general.id] };
  },
};
