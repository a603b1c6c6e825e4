import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isDeepStrictEqual } from 'node:util';
import {
  InputError,
  jsonObjectSchema,
  replay,
  sameState,
  type Domain,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';
import {
  parseTau2Tasks,
  recordedRuns,
  replayCalls,
  tau2Criteria,
  tau2Assertions,
  tau2Calls,
  tau2State,
  type Tau2Task,
} from '#core/interchange/index.ts';
import { fromFile, type OpenDatabase } from './databases.ts';
import { readJson } from './files.ts';
import type { Io } from './io.ts';
import { renderInOrder } from './keyOrder.ts';
import { spread, type Spread } from './measure.ts';
import { explainDifference, judgeTau2 } from '#core/review/index.ts';

const ROUNDS = 30;
const GRADINGS = 5;

/** A folder with the published data of tau2-bench: a database, tasks, and what the reference answered if it is there. */
export interface Reference {
  readonly folder: string;
  readonly database: OpenDatabase;
  readonly tasks: readonly Tau2Task[];
}

/** The reference calls of a task, and the state that they start from. */
export interface ReferenceRun {
  readonly initial: State;
  readonly calls: readonly ToolCall[];
}

/** The runs of a folder's tasks, each from its own beginning. */
export function referenceRuns(domain: Domain, { folder, database, tasks }: Reference): ReferenceRun[] {
  const path = join(folder, 'tasks.json');
  return tasks.map((task) => ({
    initial: tau2State(domain, database.state(), task, path),
    calls: tau2Calls(task),
  }));
}

/** Opens a folder of tau2-bench. Throws {@link InputError} naming the file at fault. */
export function openReference(domain: Domain, folder: string): Reference {
  const path = join(folder, 'tasks.json');
  const tasks = parseTau2Tasks(domain, readJson(path), path);
  const files = ['db.json', 'db.toml'].map((name) => join(folder, name));
  const database = fromFile(domain, files.find((file) => existsSync(file)) ?? join(folder, 'db.json'));
  return { folder, database, tasks };
}

/** How many tasks give the reference's results, errors and changed rows to the letter. */
export interface Conformance {
  readonly tasks: number;
  readonly equal: number;
  /** Ids of tasks that differ. */
  readonly different: readonly string[];
}

const answersSchema = z.array(
  z.looseObject({
    task_id: z.string(),
    steps: z.array(z.object({ name: z.string(), error: z.boolean(), content: z.string() })),
    changed: z.record(z.string(), z.record(z.string(), jsonObjectSchema.nullable())).optional(),
  }),
);

/** Compares with the folder's `expected.json`; null when there is none. */
export function conformance(domain: Domain, { folder, database, tasks }: Reference): Conformance | null {
  const path = join(folder, 'expected.json');
  if (!existsSync(path)) return null;
  const parsed = answersSchema.safeParse(readJson(path));
  if (!parsed.success) throw new InputError(path, 'not a list of what the reference answered.');
  const answers = new Map(parsed.data.map(({ task_id, ...answer }) => [task_id, answer]));
  const different = tasks.filter((task) => {
    const answer = answers.get(task.id);
    const ours = replayCalls(
      domain,
      tau2State(domain, database.state(), task, path),
      task.id,
      tau2Calls(task),
      (outcome) => renderInOrder(domain, outcome, database.keyOrder()),
      tau2Assertions(task),
    );
    const steps = ours.steps.map(({ name, error, content }) => ({ name, error, content }));
    // What was recorded beside the steps, whatever it is: changed rows, or assertions and both sides' ends.
    const rest = Object.keys(answer ?? {}).map((key) => [key, key === 'steps' ? steps : ours[key]]);
    return answer === undefined || !isDeepStrictEqual(Object.fromEntries(rest), answer);
  });
  return {
    tasks: tasks.length,
    equal: tasks.length - different.length,
    different: different.map(({ id }) => id),
  };
}

/** Recorded rollouts, judged again. */
export interface Grading {
  readonly file: string;
  readonly rollouts: number;
  /** Rollouts whose computed reward is the recorded one. */
  readonly agree: number;
  /** Milliseconds for all of them, the explanations of differences included, after loading: median of several. */
  readonly ms: number;
}

/** Judges the rollouts that lie beside the tasks ("...-rollouts.json"); null where there are none. */
export function gradingTime(io: Io, domain: Domain, { folder, database }: Reference): Grading | null {
  const file = readdirSync(folder).find((name) => name.endsWith('-rollouts.json'));
  if (file === undefined) return null;
  const path = join(folder, file);
  const initial = database.state();
  const transferTools = domain.transferTool === undefined ? [] : [domain.transferTool.name];
  const recorded = recordedRuns(readJson(path), path, transferTools);
  const criteriaOf = tau2Criteria(recorded.tasks, path);
  const runs = recorded.runs.flatMap((run) => {
    const criteria = criteriaOf.get(run.task_id);
    return criteria === undefined || run.recorded === null ? [] : [{ run, criteria }];
  });
  let agree = 0;
  const times = Array.from({ length: GRADINGS }, () => {
    const started = io.now();
    agree = runs.filter(({ run, criteria }) => {
      const verdict = judgeTau2(domain, initial, criteria, run);
      return explainDifference(domain, initial, criteria, run, verdict) === null;
    }).length;
    return io.now() - started;
  });
  return { file, rollouts: runs.length, agree, ms: spread(times).median };
}

/**
 * Per run, the median time to replay it on a fresh state and to compare the end with the wanted one; and the same for
 * one call of it.
 */
export function replayTimes(
  io: Io,
  domain: Domain,
  runs: readonly ReferenceRun[],
): { perTask: Spread; perCall: Spread } {
  const medians = runs.map(({ initial, calls }) => {
    const wanted = replay(domain, initial, calls).state;
    const times = Array.from({ length: ROUNDS }, () => {
      const started = io.now();
      const same = sameState(replay(domain, initial, calls).state, wanted);
      const took = io.now() - started;
      if (!same) throw new Error('two replays of one task ended in different states');
      return took;
    });
    return { calls: calls.length, median: spread(times).median };
  });
  return {
    perTask: spread(medians.map(({ median }) => median)),
    perCall: spread(medians.flatMap(({ calls, median }) => (calls === 0 ? [] : [median / calls]))),
  };
}
