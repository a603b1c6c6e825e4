import { z } from 'zod';
import { InputError } from '#core/environment/index.ts';
import { passHatK } from '#core/evaluate/index.ts';
import { tau2Criteria, type Tau2Criteria } from '#core/interchange/index.ts';
import { explainDifference, judgeTau2 } from '#core/review/index.ts';
import { judgedRolloutSchema } from '#core/pipeline/index.ts';
import type { Options } from '../args.ts';
import { chosenDomain, domainOption, type Command } from '../command.ts';
import { fromFile, TaskDatabases } from '../databases.ts';
import { readJson, readRows } from '../files.ts';
import type { Io } from '../io.ts';
import { Progress } from '../progress.ts';
import { isRecorded, readRecorded } from '../recordedFiles.ts';
import { rejudge, verdictDifference } from '../rejudge.ts';
import { ArrayWriter, pretty, writing } from '../sink.ts';
import { parseRow, readTasks, type ReadTask } from '../tasks.ts';

/** One rollout as printed. */
interface Graded {
  readonly task_id: string;
  readonly agent?: string;
  readonly trial: number;
  /** Null when it was not judged: a criterion that no program can judge, or a failure of model or network. */
  readonly reward: number | null;
  readonly components: Readonly<Record<string, number | null>>;
  readonly termination_reason: string;
  /** The reward in the file; null when it has none. */
  readonly recorded_reward: number | null;
  /** Why the rewards differ: which component, which row, which answer. Null when they agree or one is missing. */
  readonly difference: string | null;
  /** Our own rollouts: tool results that differ from the recorded ones. */
  readonly differs?: readonly number[];
}

/** Judges recorded rollouts again. */
export const grade: Command = {
  summary: 'judge recorded rollouts again, from their recorded calls',
  description: `Prints a JSON object {rollouts: [{task_id, trial, reward, components, termination_reason,
recorded_reward, difference}], summary}: difference explains a reward that is not the recorded one and is null
otherwise; summary compares the rewards with those in the file.
A rollout without a task, or whose task names a tool that the domain has not, has no reward, and difference says why.
Reads tau2 results files and results folders (--tasks is a tau2 task file; without it the tasks in the results
count), lists of tau-bench trajectories (each carries its own task, which counts) and rollouts of our own (--tasks is the file
they were made from).`,
  options: {
    ...domainOption('retail'),
    db: { value: 'FILE', help: 'database as JSON; needed unless the tasks were made on a seed' },
    'user-db': {
      value: 'FILE',
      help: "the user's side of the database; user_db.toml or user_db.json beside --db when absent",
    },
    tasks: { value: 'FILE', help: 'the tasks that were served' },
    rollouts: { value: 'FILE', help: 'the rollouts to judge: a file, or a results folder', required: true },
    out: { value: 'FILE', help: 'write the object to this file' },
  },
  async run(options, io) {
    const path = options.text('rollouts');
    const graded = isRecorded(path) ? gradeTau2(options, io) : gradeOwn(options, io);
    const progress = new Progress(io, options.has('quiet'));
    const out = options.optional('out');
    const tally = new Tally();
    await writing(io, out, async (write) => {
      await write('{"rollouts":\n');
      const list = new ArrayWriter(write);
      for await (const one of graded) {
        tally.add(one);
        await list.add(one);
        progress.tell(`${tally.rollouts} rollouts judged`);
      }
      if (tally.rollouts === 0) throw new InputError(path, 'there is no rollout in this file.');
      await list.end();
      await write(`,"summary": ${pretty(tally.summary())}}\n`);
    });
    if (out !== undefined) await io.out(pretty({ out, ...tally.summary() }));
  },
};

async function* gradeTau2(options: Options, io: Io): AsyncGenerator<Graded> {
  const domain = chosenDomain(options, io);
  const [path, tasksPath, db] = [options.text('rollouts'), options.optional('tasks'), options.optional('db')];
  if (db === undefined)
    throw new InputError('--db', 'these rollouts need a database file, and none is named.');
  const initial = fromFile(domain, db, options.optional('user-db')).state();
  const given =
    tasksPath === undefined ? new Map<string, Tau2Criteria>() : tau2Criteria(readJson(tasksPath), tasksPath);
  const { runs, tasks, ownTasksOnly } = await readRecorded(path, domain);
  const own = tau2Criteria(tasks, path);
  const [first, second] = ownTasksOnly ? [own, given] : [given, own];
  const cases = runs.map((run) => ({ run, criteria: first.get(run.task_id) ?? second.get(run.task_id) }));
  const problemOf = ({ run, criteria }: (typeof cases)[number]) => {
    if (criteria === undefined)
      return `task ${run.task_id} is not in ${[...(tasksPath === undefined ? [] : [tasksPath]), 'the file itself'].join(', nor in ')}.`;
    const unknown = criteria.actions?.find(({ call }) => domain.tool(call.name) === undefined);
    return unknown === undefined
      ? null
      : `task ${run.task_id}: the ${domain.title} domain has no tool '${unknown.call.name}'.`;
  };
  const problems = cases.map(problemOf);
  const [worst] = problems;
  if (typeof worst === 'string' && problems.every((problem) => problem !== null))
    throw new InputError(
      path,
      worst,
      'Name their task file with --tasks. Are these rollouts of another domain?',
    );
  for (const [i, { run, criteria }] of cases.entries()) {
    const base = {
      ...{ task_id: run.task_id, trial: run.trial, termination_reason: run.termination },
      recorded_reward: run.recorded,
    };
    const problem = problems[i] ?? null;
    if (problem !== null || criteria === undefined) {
      yield { ...base, reward: null, components: {}, difference: `Not judged: ${problem}` };
      continue;
    }
    const verdict = judgeTau2(domain, initial, criteria, run);
    yield {
      ...base,
      ...{ reward: verdict.reward, components: verdict.components },
      difference: explainDifference(domain, initial, criteria, run, verdict),
    };
  }
}

const rowSchema = z.looseObject(judgedRolloutSchema.shape);

async function* gradeOwn(options: Options, io: Io): AsyncGenerator<Graded> {
  const tasksPath = options.optional('tasks');
  if (tasksPath === undefined)
    throw new InputError('command line', '--tasks FILE is missing.', 'Try --help for all options.');
  const tasks = new Map<string, ReadTask>();
  for await (const read of readTasks(tasksPath)) tasks.set(read.task.id, read);
  const databases = new TaskDatabases(io, options.optional('db'), tasksPath);
  for await (const row of readRows(options.text('rollouts'))) {
    const judged = parseRow(rowSchema, row, 'a rollout');
    const { rollout } = judged;
    const read = tasks.get(rollout.task);
    if (read === undefined)
      throw new InputError(row.where, `the task ${rollout.task} is not in ${tasksPath}.`);
    const database = databases.open(read.task.database, read.where);
    const { verdict, differs } = rejudge(database.domain, database.state(), read.task, judged);
    yield {
      task_id: rollout.task,
      agent: rollout.agent.id,
      trial: rollout.trial,
      reward: verdict.reward,
      components: Object.fromEntries(verdict.components.map(({ basis, value }) => [basis, value])),
      termination_reason: rollout.termination,
      recorded_reward: judged.verdict.reward,
      difference: verdictDifference(verdict, judged.verdict, differs),
      differs,
    };
  }
}

/** Adds up what was judged. */
class Tally {
  readonly #trials = new Map<string, { successes: number; trials: number }>();
  readonly #endings: Record<string, number> = {};
  readonly #disagree: Pick<Graded, 'task_id' | 'agent' | 'trial' | 'reward' | 'recorded_reward'>[] = [];
  #compared = 0;
  #sum = 0;
  #judged = 0;
  #differs = 0;
  rollouts = 0;

  add(one: Graded): void {
    const { task_id, trial, reward, recorded_reward } = one;
    this.rollouts += 1;
    this.#endings[one.termination_reason] = (this.#endings[one.termination_reason] ?? 0) + 1;
    this.#differs += Math.min(1, one.differs?.length ?? 0);
    if (reward === null) return;
    this.#judged += 1;
    this.#sum += reward;
    const key = `${one.agent ?? ''}\u0000${task_id}`;
    const task = this.#trials.get(key) ?? { successes: 0, trials: 0 };
    this.#trials.set(key, { successes: task.successes + Number(isOne(reward)), trials: task.trials + 1 });
    if (recorded_reward === null) return;
    this.#compared += 1;
    if (Math.abs(reward - recorded_reward) > 1e-6)
      this.#disagree.push({
        task_id,
        ...(one.agent === undefined ? {} : { agent: one.agent }),
        trial,
        reward,
        recorded_reward,
      });
  }

  summary() {
    const tasks = [...this.#trials.values()];
    const most = tasks.length === 0 ? 0 : Math.min(...tasks.map(({ trials }) => trials));
    return {
      rollouts: this.rollouts,
      judged: this.#judged,
      mean_reward: this.#judged === 0 ? null : this.#sum / this.#judged,
      pass_hat: Array.from({ length: most }, (_, i) => passHatK(tasks, i + 1)),
      termination_reasons: this.#endings,
      replayed_differently: this.#differs,
      agreement:
        this.#compared === 0
          ? null
          : {
              compared: this.#compared,
              agree: this.#compared - this.#disagree.length,
              disagree: this.#disagree,
            },
    };
  }
}

const isOne = (reward: number) => Math.abs(reward - 1) <= 1e-6;
