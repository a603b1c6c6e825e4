import { certifyDraft, taskSchema, type Rejection, type Task } from '../certify/index.ts';
import { createRandom, prepare } from '../environment/index.ts';
import type { Domain, Random, State } from '../environment/index.ts';
import type { Trajectory } from '../explore/index.ts';
import {
  compile,
  plainTwist,
  transforms,
  type Condition,
  type Transform,
  type Twist,
} from '../transform/index.ts';
import type { Knobs } from './job.ts';

/** What {@link matchedSet} needs. */
export interface SetInput {
  readonly domain: Domain;
  /** The trajectory's database, before its initialization. */
  readonly state: State;
  readonly trajectory: Trajectory;
  readonly seed: string;
  /** Tasks wanted per condition; 0 leaves a condition out. */
  readonly wanted: Readonly<Record<Condition, number>>;
  readonly knobs: Knobs;
  /** Keep whole certificates of rejected drafts, not only the first failing check. */
  readonly explain: boolean;
}

/** Share of tasks that carry two conditions. */
const COMPOSED_SHARE = 0.12;
/** Drafts that may fail before a condition is given up for a trajectory. */
const SPARE_DRAFTS = 6;

/** The tasks that one trajectory gives, per condition, with the drafts that were rejected. */
export async function matchedSet(input: SetInput): Promise<{ tasks: Task[]; rejections: Rejection[] }> {
  const tasks: Task[] = [];
  const rejections: Rejection[] = [];
  const state = prepare(input.domain, input.state, input.trajectory.initialization);
  const base = createRandom(`${input.seed}/${input.trajectory.id}`);
  // A trajectory that breaks a rule has no feasible reading; only its user and intent are of use.
  const plain =
    input.trajectory.problem === null
      ? plainTwist(input.domain, state, input.trajectory, base.fork('plain'), input.knobs)
      : undefined;
  if (plain === undefined) return { tasks, rejections };
  for (const transform of transforms) {
    const wanted = input.wanted[transform.condition];
    let accepted = 0;
    let spare = SPARE_DRAFTS;
    for (let round = 0; accepted < wanted && spare > 0 && round < wanted + 2; round += 1) {
      const random = base.fork(`${transform.id}/${round}`);
      for (const twist of twists({ ...input, state }, transform, plain, random)) {
        const draft = compile(
          {
            domain: input.domain,
            state,
            database: input.trajectory.database,
            trajectory: input.trajectory,
            source: 'generated',
          },
          twist,
        );
        if (draft === undefined) continue;
        if (tasks.some((task) => task.id === draft.id)) break;
        const result = await certifyDraft(input.domain, input.state, draft, { stopEarly: !input.explain });
        if (result.accepted) {
          // As every reader sees it: the same bytes whether or not it crosses a boundary that parses.
          tasks.push(taskSchema.parse(result.task));
          accepted += 1;
          break;
        }
        rejections.push(result.rejection);
        spare -= 1;
        if (spare === 0) break;
      }
    }
  }
  return { tasks, rejections };
}

function twists(input: SetInput, transform: Transform, plain: Twist, random: Random): Generator<Twist> {
  const { domain, state, trajectory, knobs } = input;
  let twist = plain;
  const others = transforms.filter((other) => other.condition !== 'general' && other.id !== transform.id);
  if (transform.condition !== 'general' && random.chance(COMPOSED_SHARE)) {
    const first = random
      .pick(others)
      .apply({ domain, state, trajectory, twist: plain, random: random.fork('first'), knobs })
      .next();
    if (!first.done) twist = first.value;
  }
  return transform.apply({ domain, state, trajectory, twist, random, knobs });
}
