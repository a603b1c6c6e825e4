import { expect, test } from 'vitest';
import { createRunner, type Job, type JobResults, type JobRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { memoryRepository } from '../../../store/memoryRepository.ts';
import { appServices } from '../../../testing/appServices.ts';
import { memoryLocks } from '../../../testing/locks.ts';
import { RunLocks } from '../../state/runLocks.svelte.ts';
import { Runs } from '../../state/runs.svelte.ts';
import { DEMO } from '../../state/workspace.svelte.ts';
import { readKeptRun } from './keptRun.ts';
import { agentsOfTheRun, conditionsOfTheRun, RUN_ID } from './pipelinePlan.ts';
import { PipelineRunState, type PipelineRunInput } from './PipelineRunState.svelte.ts';
import { openings, tellingFailure } from './pipelineViews.ts';

const [domain] = domains;
if (domain === undefined) throw new Error('no domain');

function input(changes: Partial<PipelineRunInput> = {}): PipelineRunInput {
  return {
    runner: createRunner(domains),
    repository: memoryRepository(),
    workspace: DEMO,
    domain: domain ?? fail(),
    database: { kind: 'seed', domain: 'retail', seed: 'demo', size: domain?.defaultSize ?? 0 },
    seed: 'test',
    now: () => new Date('2026-01-01T00:00:00Z'),
    rest: 0,
    ...changes,
  };
}

/** The engine, counting jobs, and stopping before one of them. */
function counting(before: (job: Job, index: number) => void | Promise<void>): JobRunner {
  const engine = createRunner(domains);
  let index = 0;
  return {
    async run<J extends Job>(job: J, signal?: AbortSignal): Promise<JobResults[J['type']]> {
      await before(job, index);
      index += 1;
      return engine.run(job, signal);
    },
  };
}

test('the run goes through every stage and keeps everything', async () => {
  const given = input();
  const seen: string[] = [];
  const run = new PipelineRunState({ ...given, onprogress: (at) => seen.push(at?.stage ?? 'end') });
  await run.run();
  expect(run.problem).toBeNull();
  expect(run.phase).toBe('finished');
  expect([...new Set(seen)]).toEqual(['trajectory', 'task', 'rollout', 'verdict', 'example', 'end']);
  expect(run.judged.length).toBe(run.tasks.length * agentsOfTheRun.length);
  const { repository } = given;
  const query = { workspace: DEMO };
  expect(await repository.count('trajectories', query)).toBe(run.trajectories.length);
  expect(await repository.count('tasks', query)).toBe(run.tasks.length);
  expect(await repository.count('rollouts', query)).toBe(run.total);
  const row = await repository.get('runs', DEMO, RUN_ID);
  expect(row).toMatchObject({ state: 'finished', done: run.total, total: run.total, demo: true });
  expect(openings(run.tasks).map((task) => task.condition)).toEqual([...conditionsOfTheRun]);
  expect(tellingFailure(run.judged)?.verdict.class).toBe('fail');

  const kept = await readKeptRun(repository, DEMO);
  if (kept === undefined) throw new Error('nothing was kept');
  const again = PipelineRunState.restored(given, kept);
  expect(again.phase).toBe('finished');
  expect(again.reached).toEqual(run.reached);
  expect(again.trajectories).toEqual(run.trajectories);
  expect(again.tasks).toEqual(run.tasks);
  expect(again.rejectedDrafts).toBe(run.rejectedDrafts);
  expect(new Set(again.judged)).toEqual(new Set(run.judged));
}, 60_000);

test('a cancelled run keeps what was finished and says that it was cancelled', async () => {
  const given = input({
    runner: counting((_, index) => {
      if (index === 3) run.cancel();
    }),
  });
  const run: PipelineRunState = new PipelineRunState(given);
  await run.run();
  expect(run.phase).toBe('cancelled');
  expect(run.reached).toEqual(['trajectory', 'task']);
  expect(await given.repository.count('tasks', { workspace: DEMO })).toBe(run.tasks.length);
});

test('a run that was cut short while rolling out is resumed as any other run', async () => {
  const rolloutsOf = async ({ repository }: PipelineRunInput) =>
    (await repository.list('rollouts', { workspace: DEMO })).rows.map(({ id, verdict }) => [id, verdict]);
  const whole = input();
  await new PipelineRunState(whole).run();
  let chunks = 0;
  const cut = input({
    runner: counting((job) => {
      if (job.type === 'rollout' && (chunks += 1) === 4) run.cancel();
    }),
  });
  const run: PipelineRunState = new PipelineRunState(cut);
  await run.run();
  const row = await cut.repository.get('runs', DEMO, RUN_ID);
  if (row === undefined) throw new Error('no run');
  expect(row.state).toBe('cancelled');
  expect(row.done).toBeLessThan(row.total);
  const runs = new Runs({
    services: appServices({ repository: () => Promise.resolve(cut.repository) }),
    locks: new RunLocks(memoryLocks()),
    now: cut.now,
    models: () => Promise.reject(new Error('no models here')),
    newId: () => 'unused',
    report: () => undefined,
    tell: (problem) => expect.fail(problem),
  });
  await runs.resume(row);
  expect(await cut.repository.get('runs', DEMO, RUN_ID)).toMatchObject({
    state: 'finished',
    done: row.total,
  });
  expect(await rolloutsOf(cut)).toEqual(await rolloutsOf(whole));
}, 60_000);

test('a run that was paused while several rollouts were under way comes to its end', async () => {
  let paused = false;
  const given = input({
    runner: counting((job) => {
      if (job.type !== 'rollout' || paused) return;
      paused = true;
      run.pause();
    }),
  });
  const run: PipelineRunState = new PipelineRunState(given);
  const ended = run.run();
  await expect.poll(() => run.phase, { timeout: 20_000 }).toBe('paused');
  await new Promise((resolve) => setTimeout(resolve, 300));
  run.resume();
  await ended;
  expect(run.phase).toBe('finished');
  expect(run.judged.length).toBe(run.total);
}, 60_000);

test('a paused run starts no further job until it is resumed', async () => {
  let jobs = 0;
  const run: PipelineRunState = new PipelineRunState(
    input({
      runner: counting((_, index) => {
        jobs = index + 1;
        if (index === 2) run.pause();
      }),
    }),
  );
  const ended = run.run();
  await expect.poll(() => run.phase).toBe('paused');
  const before = jobs;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(jobs).toBe(before);
  run.cancel();
  await ended;
  expect(run.phase).toBe('cancelled');
});

test('a failing job becomes a problem in words', async () => {
  const run = new PipelineRunState(
    input({ runner: { run: () => Promise.reject(new Error('The worker could not be started.')) } }),
  );
  await run.run();
  expect(run.phase).toBe('failed');
  expect(run.problem).toBe('The worker could not be started.');
});

test('a rest between stages can be skipped', async () => {
  const run = new PipelineRunState(input({ rest: 60_000, runner: counting(() => undefined) }));
  const ended = run.run();
  await expect.poll(() => run.trajectories.length).toBeGreaterThan(0);
  await expect
    .poll(() => {
      run.skip();
      return run.reached.length;
    })
    .toBeGreaterThan(1);
  run.cancel();
  await ended;
  expect(run.phase).toBe('cancelled');
});

function fail(): never {
  throw new Error('no domain');
}
