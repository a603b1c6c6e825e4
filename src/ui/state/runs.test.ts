import { beforeAll, describe, expect, test } from 'vitest';
import type { Task } from '#core/certify/index.ts';
import { createRunner, generateTasks, type Job, type JobRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { QuotaError } from '../../store/errors.ts';
import type { Repository } from '../../store/repository.ts';
import { taskRow, type RunRow } from '../../store/rows.ts';
import { memoryLocks } from '../../testing/locks.ts';
import { appServices } from '../../testing/appServices.ts';
import { RunLocks } from './runLocks.svelte.ts';
import { Runs } from './runs.svelte.ts';
import type { Services } from './services.ts';

const AT = new Date('2026-01-01T00:00:00Z');
const agents = ['careful', 'eager', 'null'];
let tasks: readonly Task[];

beforeAll(async () => {
  const database = { kind: 'seed', domain: 'library', seed: 'runs', size: 40 } as const;
  const wanted = { general: 3, ambiguous: 3, changing: 3, infeasible: 3 };
  const input = { database, seed: 'runs', wanted, knobs: {}, parallel: 1 };
  tasks = (await generateTasks(createRunner(domains), input)).tasks;
});

/** The engine, with something done before each rollout job. */
function before(hook: (job: number) => void): JobRunner {
  const engine = createRunner(domains);
  let jobs = 0;
  return {
    run(job: Job, signal?: AbortSignal) {
      if (job.type === 'rollout') hook((jobs += 1));
      return engine.run(job, signal);
    },
  } as JobRunner;
}

async function setup(changes: Partial<Services> = {}, browser = memoryLocks()) {
  const services = appServices(changes);
  const repository = await services.repository();
  await repository.put(
    'tasks',
    tasks.map((task) => taskRow('w', task, AT.toISOString())),
  );
  let ids = 0;
  const newId = () => `run-${(ids += 1)}`;
  const told: string[] = [];
  const runs = new Runs({
    services,
    locks: new RunLocks(browser),
    models: () => Promise.reject(new Error('no models here')),
    now: () => AT,
    newId,
    report: () => undefined,
    tell: (problem) => told.push(problem),
  });
  const start = () =>
    runs.start('w', false, { title: 'A run', kind: 'rollouts', seed: 's', tasks, agents, trials: 2 });
  return { repository, runs, start, told };
}

const rolloutsOf = async (repository: Repository) =>
  (await repository.list('rollouts', { workspace: 'w', run: 'run-1' })).rows;

const rowOf = async (repository: Repository): Promise<RunRow> => {
  const row = await repository.get('runs', 'w', 'run-1');
  if (row === undefined) throw new Error('no run');
  return row;
};

describe('a run', () => {
  test('does every task by every agent in every trial, and keeps all of it', async () => {
    const { repository, runs, start } = await setup();
    await start();
    expect(runs.problem).toBeNull();
    const total = tasks.length * agents.length * 2;
    expect(await rolloutsOf(repository)).toHaveLength(total);
    expect(await rowOf(repository)).toMatchObject({ state: 'finished', done: total, total });
  });

  test('that was stopped goes on where it was, and ends as if it had not been', async () => {
    const whole = await setup();
    await whole.start();
    const stopped = await setup({
      runner: () => Promise.resolve(before((job) => job === 7 && stopped.runs.cancel())),
    });
    await stopped.start();
    const kept = await rolloutsOf(stopped.repository);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(tasks.length * agents.length * 2);
    const row = await rowOf(stopped.repository);
    expect(row.state).toBe('cancelled');
    await stopped.runs.resume(row);
    expect(await rolloutsOf(stopped.repository)).toEqual(await rolloutsOf(whole.repository));
    expect(await rowOf(stopped.repository)).toMatchObject({ state: 'finished', note: null });
  });

  /** A store that takes so many writes of rollouts, and then nothing that `refuses` says, until `full` is false. */
  async function limited(most: number, refuses: (table: string) => boolean) {
    const real = await appServices().repository();
    const put = real.put.bind(real);
    const state = { repository: real, writes: 0, full: true };
    const some = (...args: Parameters<typeof put>) => {
      if (args[0] === 'rollouts') state.writes += 1;
      const no = state.full && state.writes > most && refuses(args[0]);
      return no ? Promise.reject(new QuotaError()) : put(...args);
    };
    Object.assign(real, { put: some });
    return state;
  }

  test('pauses at a full storage, says so, keeps what was written, and goes on when there is room', async () => {
    const whole = await setup();
    await whole.start();
    const store = await limited(2, (table) => table === 'rollouts');
    const { runs, start, told } = await setup({ repository: () => Promise.resolve(store.repository) });
    await start();
    expect(runs.problem).toMatch(/no room left/);
    expect(runs.full).toBe(true);
    expect(told).toEqual([runs.problem]);
    const row = await rowOf(store.repository);
    const kept = await rolloutsOf(store.repository);
    expect(row).toMatchObject({ state: 'paused', note: runs.problem, done: kept.length });
    expect(kept.length).toBeGreaterThan(0);
    store.full = false;
    await runs.resume(row);
    expect(runs).toMatchObject({ problem: null, full: false, current: null });
    expect(await rolloutsOf(store.repository)).toEqual(await rolloutsOf(whole.repository));
  });

  test('says so also where the storage is too full to note that it paused', async () => {
    const store = await limited(2, () => true);
    const { runs, start, told } = await setup({ repository: () => Promise.resolve(store.repository) });
    await start();
    expect(runs).toMatchObject({ full: true, current: null, problem: told[0] });
    expect(told).toHaveLength(1);
    // Nobody works on it any more: the next look at what runs will mark it.
    expect((await rowOf(store.repository)).state).toBe('running');
  });

  test('that another tab works on is not started, resumed or deleted here', async () => {
    const browser = memoryLocks();
    const { repository, runs, start, told } = await setup({}, browser);
    await start();
    const row: RunRow = { ...(await rowOf(repository)), state: 'paused', done: 0 };
    await repository.put('runs', [row]);
    await new RunLocks(browser).hold(row, new AbortController().signal, async () => {
      await runs.resume(row);
      expect(runs.problem).toMatch(/Another tab/);
      await runs.delete(row);
    });
    expect(told).toHaveLength(2);
    expect(await rowOf(repository)).toEqual(row);
    await runs.delete(row);
    expect(await repository.ids('runs', { workspace: 'w' })).toEqual([]);
    expect(await rolloutsOf(repository)).toEqual([]);
  });

  test('pauses after the jobs under way, and goes on', async () => {
    const setupRun = await setup({
      runner: () => Promise.resolve(before((job) => job === 1 && setupRun.runs.pause())),
    });
    const { repository, runs, start } = setupRun;
    const ended = start();
    await expect.poll(async () => (await repository.get('runs', 'w', 'run-1'))?.state).toBe('paused');
    expect(runs.paused).toBe(true);
    expect((await rolloutsOf(repository)).length).toBeLessThan(tasks.length * agents.length * 2);
    runs.unpause();
    await ended;
    expect(await rowOf(repository)).toMatchObject({ state: 'finished' });
  });

  test('whose tasks were deleted says so and changes nothing', async () => {
    const { repository, runs, start } = await setup();
    await start();
    const row = await rowOf(repository);
    await repository.delete('tasks', 'w', [tasks[0]?.id ?? '']);
    await runs.resume({ ...row, state: 'interrupted' });
    expect(runs.problem).toMatch(/1 of its 12 tasks/);
    expect(await rowOf(repository)).toEqual(row);
  });
});
