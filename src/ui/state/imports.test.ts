/**
 * Bringing files: what is told before, what is kept after, what is refused. Long because each kind of file has its
 * own part, and all of them go through one page.
 */
import { describe, expect, it, vi } from 'vitest';
import type { Json } from '#core/environment/index.ts';
import { createRunner, type Job, type JobResults, type JobRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { memoryRepository } from '../../store/memoryRepository.ts';
import { QuotaError } from '../../store/errors.ts';
import { appServices } from '../../testing/appServices.ts';
import { tau2Files } from '../../testing/tau2Files.ts';
import { Announcer } from './announcer.svelte.ts';
import type { BroughtFile } from './brought.ts';
import { openDatabase } from './databases.ts';
import { chosenEnvironment } from './environment.svelte.ts';
import { Imports } from './imports.svelte.ts';
import { DEMO, OWN, WorkspaceState } from './workspace.svelte.ts';

const folder = tau2Files();
type Name = keyof typeof folder;

const fileOf = (path: string, content: string | Uint8Array<ArrayBuffer>): BroughtFile => ({
  path,
  file: new File([content], path.split('/').at(-1) ?? path),
});
const filesOf = (...names: Name[]) => names.map((name) => fileOf(`retail/${name}`, folder[name]));
const whole = () => filesOf('db.json', 'tasks.json', 'policy.md', 'split_tasks.json');

async function page(at: string = OWN, runner?: JobRunner) {
  const repository = memoryRepository();
  const services = appServices({
    repository: () => Promise.resolve(repository),
    ...(runner && { runner: () => Promise.resolve(runner) }),
  });
  const workspace = new WorkspaceState({
    services,
    now: () => new Date('2026-01-01T00:00:00Z'),
    id: at,
    home: OWN,
    onopen: () => undefined,
    ongone: () => undefined,
  });
  await workspace.start();
  const setDomainTitle = vi.fn();
  const app = { services, workspace, announcer: new Announcer(), setDomainTitle };
  return { app, services, repository, workspace, setDomainTitle, imports: new Imports(app) };
}
type Page = Awaited<ReturnType<typeof page>>;

async function stored({ repository }: Page, workspace: string = OWN) {
  const count = (table: 'databases' | 'tasks' | 'settings') => repository.count(table, { workspace });
  return {
    databases: await count('databases'),
    tasks: await count('tasks'),
    settings: await count('settings'),
  };
}
const NOTHING = { databases: 0, tasks: 0, settings: 0 };

function planOf({ imports }: Page) {
  const { phase } = imports;
  if (phase.type !== 'preview') throw new Error(`no preview but ${phase.type}: ${imports.problem?.where}`);
  return phase.plan;
}

describe('what was brought', () => {
  it('may be a task file of any size: a large one is read in pieces, as the same tasks', async () => {
    const [small, large] = [await page(), await page()];
    const tasks = JSON.parse(folder['tasks.json']) as { description: object }[];
    const padded = tasks.map((task) => ({
      ...task,
      description: { ...task.description, notes: 'n'.repeat(4_000_000) },
    }));
    await small.imports.bring([
      fileOf('db.json', folder['db.json']),
      fileOf('tasks.json', folder['tasks.json']),
    ]);
    await large.imports.bring([
      fileOf('db.json', folder['db.json']),
      fileOf('tasks.json', JSON.stringify(padded)),
    ]);
    const [one, other] = [planOf(small), planOf(large)];
    expect(other.problems).toEqual([]);
    expect(other.given).toEqual(padded.map((value) => ({ file: 'tasks.json', value })));
    const what = ({ certificate, criteria }: (typeof one.tasks)[number]) => [certificate.accepted, criteria];
    expect(other.tasks.map(what)).toEqual(one.tasks.map(what));
  });

  it('is told before anything is written, and cancelling leaves no trace', async () => {
    const at = await page();
    await at.imports.bring([...whole(), fileOf('retail/README', 'hello')]);
    const plan = planOf(at);
    expect(plan.problems).toEqual([]);
    expect(plan.files.map(({ path, words }) => [path, words])).toEqual([
      ['retail/db.json', 'a database'],
      ['retail/tasks.json', 'a task file'],
      ['retail/policy.md', 'a policy'],
      ['retail/split_tasks.json', 'a split file'],
      ['retail/README', 'left alone: not a file of a domain folder'],
    ]);
    expect(plan.database?.domain.title).toBe('Retail');
    expect(plan.database?.found.tables).toContainEqual({ name: 'users', rows: 12 });
    expect(plan.tasks.map(({ certificate }) => certificate.accepted)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(plan.splits).toEqual([
      { name: 'train', ids: 2, here: 2 },
      { name: 'base', ids: 5, here: 5 },
    ]);
    expect(await stored(at)).toEqual(NOTHING);
    at.imports.cancel();
    expect(at.imports.phase.type).toBe('idle');
    expect(await stored(at)).toEqual(NOTHING);
  });

  it('keeps its task files as they came, and a review that was made of them', async () => {
    const at = await page();
    await at.imports.bring(whole());
    const review = { task_id: '0', findings: [], passed_by: [] };
    at.imports.keepReview([review]);
    await at.imports.confirm();
    const kept = async () => (await at.repository.list('benchmarks', { workspace: OWN })).rows;
    const [first] = await kept();
    expect(first?.files).toEqual([{ name: 'tasks.json', tasks: JSON.parse(folder['tasks.json']) as Json }]);
    expect(first?.reviews).toEqual([review]);
    // The same files again are the same benchmark, and nothing was found out about them since.
    await at.imports.bring(whole());
    await at.imports.confirm();
    expect((await kept()).map(({ id, reviews }) => [id, reviews])).toEqual([[first?.id, [review]]]);
  });

  it('may be a results folder, with each rollout in a file of its own', async () => {
    const simulation = (id: string) => ({
      ...{ id, task_id: '0', trial: 0, termination_reason: 'user_stop', messages: [] },
      reward_info: { reward: 0 },
    });
    const index = ['a', 'b'].map((id) => ({ id, task_id: '0', trial: 0 }));
    const results = JSON.stringify({ timestamp: 'now', simulation_index: index, tasks: [] });
    const file = (id: string) => fileOf(`run/simulations/${id}.json`, JSON.stringify(simulation(id)));
    const at = await page();
    await at.imports.bring([...whole(), fileOf('run/results.json', results), file('b'), file('a')]);
    const plan = planOf(at);
    expect(plan.problems).toEqual([]);
    expect(plan.rollouts.map(({ graded }) => graded.length)).toEqual([2]);
    expect(plan.files.at(-1)).toMatchObject({
      path: 'run/simulations/',
      words: '2 rollouts of a results folder',
    });
    await at.imports.bring([...whole(), fileOf('run/results.json', results), file('a')]);
    expect(planOf(at).problems[0]?.where).toMatch(/results\.json: it lists b, and there is no such file/);
    await at.imports.bring([...whole(), file('a')]);
    expect(planOf(at).problems[0]).toMatchObject({ what: 'Rollouts without their results.json.' });
  });

  it('is kept on a yes: the database in use, its policy for agents, and every task with its certificate', async () => {
    const at = await page();
    await at.imports.bring(whole());
    await at.imports.confirm();
    expect([at.imports.phase.type, at.imports.problem]).toEqual(['done', null]);
    expect(await stored(at)).toEqual({ databases: 1, tasks: 5, settings: 1 });
    const ref = await chosenEnvironment(at.repository, OWN);
    if (ref === undefined) throw new Error('nothing is in use');
    const open = await openDatabase(at.services, OWN, ref);
    expect(open.domain.policy).toBe(folder['policy.md']);
    expect(open.policyFrom).toBe('db.json');
    expect(open.state.ids('users')).toHaveLength(12);
    expect(at.setDomainTitle).toHaveBeenCalledWith('Retail, db.json');
  });

  it('may leave out the tasks that failed their certificate', async () => {
    const at = await page();
    await at.imports.bring(whole());
    at.imports.setKeepFailed(false);
    await at.imports.confirm();
    expect(await stored(at)).toEqual({ databases: 1, tasks: 3, settings: 1 });
  });

  it('is recognised when it comes again, and is not there twice', async () => {
    const at = await page();
    await at.imports.bring(whole());
    await at.imports.confirm();
    await at.imports.bring([...filesOf('db.json', 'tasks.json'), fileOf('policy.md', 'Be quick.')]);
    const plan = planOf(at);
    expect(plan.target?.row?.name).toBe('db.json');
    expect(plan.knownTasks).toBe(5);
    await at.imports.confirm();
    expect(await stored(at)).toEqual({ databases: 1, tasks: 5, settings: 1 });
    const [row] = (await at.repository.list('databases', { workspace: OWN })).rows;
    expect(row?.policy).toBe('Be quick.');
  });

  it('may have a policy in two files, which agents are given as one', async () => {
    const at = await page();
    await at.imports.bring([
      ...filesOf('db.json'),
      ...[fileOf('main_policy.md', 'Be kind.'), fileOf('tech_support_workflow.md', 'First, restart.')],
      fileOf('tech_support_manual.md', 'Restart it.'),
    ]);
    const plan = planOf(at);
    expect(plan.problems).toEqual([]);
    expect(plan.policy).toEqual({
      path: 'main_policy.md',
      text: '<main_policy>\nBe kind.\n</main_policy>\n<tech_support_policy>\nRestart it.\n</tech_support_policy>',
    });
    expect(plan.files.slice(1).map(({ words }) => words)).toEqual([
      'a policy',
      'left alone: the manual beside it is used',
      'the second part of a policy',
    ]);
  });

  it('may come piece by piece: tasks and a policy are for the database in use', async () => {
    const at = await page();
    await at.imports.bring(filesOf('db.json'));
    await at.imports.confirm();
    await at.imports.bring(filesOf('tasks.json'));
    expect(planOf(at).database).toBeNull();
    await at.imports.confirm();
    await at.imports.bring(filesOf('policy.md'));
    await at.imports.confirm();
    expect(await stored(at)).toEqual({ databases: 1, tasks: 5, settings: 1 });
    const [row] = (await at.repository.list('databases', { workspace: OWN })).rows;
    expect(row?.policy).toBe(folder['policy.md']);
  });

  it('goes to the own workspace when the demo is open', async () => {
    const at = await page(DEMO);
    await at.imports.bring(whole());
    await at.imports.confirm();
    expect(at.workspace.id).toBe(OWN);
    expect(await stored(at)).toMatchObject({ databases: 1, tasks: 5 });
    expect(await stored(at, DEMO)).toEqual(NOTHING);
  });
});

describe('what is wrong', () => {
  const broken = JSON.parse(folder['db.json']) as { users: Record<string, unknown> };
  broken.users['x'] = { user_id: 7 };
  const foreignTask = {
    id: '9',
    user_scenario: { instructions: '' },
    evaluation_criteria: { actions: [{ name: 'book_flight', arguments: {} }] },
  };
  it.each<[string, readonly BroughtFile[], RegExp, RegExp]>([
    ['an empty folder', [], /no file/, /Expected db.json/],
    [
      'files of something else',
      [fileOf('a/photo.png', 'x'), fileOf('a/notes.txt', 'y')],
      /Nothing here/,
      /a\/photo.png, a\/notes.txt/,
    ],
    [
      'a file that is cut off',
      [fileOf('db.json', folder['db.json'].slice(0, 1000))],
      /cannot be used/,
      /^db.json: not valid JSON at line 1, column \d+/,
    ],
    ['an empty file', [fileOf('db.json', '')], /cannot be used/, /^db.json: the file is empty/],
    [
      'other bytes',
      [fileOf('tasks.json', new Uint8Array([0, 1, 2]))],
      /cannot be used/,
      /^tasks.json: expected text in UTF-8/,
    ],
    [
      'another domain',
      [fileOf('db.json', '{"flights": {}}')],
      /cannot be used/,
      /tables: flights. Expected the tables products, users, orders/,
    ],
    [
      'rows that break the schema',
      [fileOf('db.json', JSON.stringify(broken)), ...filesOf('tasks.json')],
      /Rows of db.json are not what the Retail domain expects/,
      /^db.json: users › x › user_id: .+ \(and \d+ more\)/,
    ],
    [
      'two databases',
      [fileOf('a/db.json', folder['db.json']), fileOf('b/db.json', '{"members": {}}')],
      /More than one database/,
      /a\/db.json, b\/db.json/,
    ],
    [
      'two policies',
      [...filesOf('db.json', 'policy.md'), fileOf('policy.txt', 'x')],
      /More than one policy/,
      /policy/,
    ],
    [
      'tasks without their database',
      filesOf('tasks.json', 'policy.md'),
      /no database for this/,
      /tasks.json, retail\/policy.md/,
    ],
    ['splits alone', filesOf('split_tasks.json'), /split file alone/, /split_tasks.json/],
    [
      'tasks of another domain',
      [...filesOf('db.json'), fileOf('tasks.json', JSON.stringify([foreignTask]))],
      /No task can be used/,
      /tasks.json: task 9: it names the tool "book_flight"/,
    ],
    [
      'a file that is too large',
      [fileOf('db.json', new Uint8Array(40_000_001))],
      /too large/,
      /db.json: 40.1 MB; a database may have at most 40 MB/,
    ],
  ])(
    '%s: one message that names file, place and expectation, and nothing is kept',
    async (_, files, what, where) => {
      const at = await page();
      await at.imports.bring(files);
      const { problems } = planOf(at);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.what).toMatch(what);
      expect(problems[0]?.where).toMatch(where);
      await at.imports.confirm();
      expect(at.imports.phase.type).toBe('preview');
      expect(await stored(at)).toEqual(NOTHING);
    },
  );

  it('about some tasks is told with each, and about all of them at once', async () => {
    const at = await page();
    const tasks = JSON.parse(folder['tasks.json']) as unknown[];
    const mixed = JSON.stringify([...tasks, foreignTask, { id: '0' }, { id: 'new' }]);
    await at.imports.bring([...filesOf('db.json'), fileOf('tasks.json', mixed)]);
    const plan = planOf(at);
    expect(plan.problems).toEqual([]);
    expect(plan.tasks).toHaveLength(5);
    expect(plan.refused.map(({ task, reason }) => `${task}: ${reason}`).sort()).toEqual([
      expect.stringMatching(/^0: a second task of this id in tasks.json; the first is in tasks.json/),
      expect.stringMatching(/^9: it names the tool "book_flight"/),
      expect.stringMatching(/^new: not a task: at user_scenario/),
    ]);
  });

  it('about tasks of another database is a warning, as they may be wanted anyway', async () => {
    const at = await page();
    const other = tau2Files(12, 'another database');
    await at.imports.bring([...filesOf('db.json'), fileOf('tasks.json', other['tasks.json'])]);
    expect(planOf(at).warnings).toMatchObject([{ what: 'No task could be certified.' }]);
  });

  it('when the storage is full: the preview stays, and nothing is half there', async () => {
    const at = await page();
    await at.imports.bring(whole());
    const write = vi.spyOn(at.repository, 'write').mockRejectedValueOnce(new QuotaError());
    await at.imports.confirm();
    expect(at.imports.phase.type).toBe('preview');
    expect(at.imports.problem).toMatchObject({ what: 'Nothing was imported.' });
    expect(await stored(at)).toEqual(NOTHING);
    write.mockRestore();
    await at.imports.confirm();
    expect(at.imports.phase.type).toBe('done');
  });
});

describe('cancelling', () => {
  /** The engine, held up before the n-th job of a type. */
  function held(type: Job['type'], started: () => void): JobRunner {
    const engine = createRunner(domains);
    return {
      run<J extends Job>(job: J, signal?: AbortSignal): Promise<JobResults[J['type']]> {
        if (job.type !== type) return engine.run(job, signal);
        started();
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
    };
  }

  it.each(['read', 'load', 'import'] as const)(
    'while a "%s" job runs ends it, and says nothing',
    async (type) => {
      let begun: () => void = () => undefined;
      const started = new Promise<void>((resolve) => (begun = resolve));
      const at = await page(
        OWN,
        held(type, () => begun()),
      );
      const bringing = at.imports.bring(whole());
      await started;
      expect(at.imports.phase.type).toBe('reading');
      at.imports.cancel();
      await bringing;
      expect([at.imports.phase.type, at.imports.problem]).toEqual(['idle', null]);
      expect(await stored(at)).toEqual(NOTHING);
    },
  );

  it('is what bringing something else does to what was being read', async () => {
    const at = await page();
    const first = at.imports.bring(whole());
    await at.imports.bring(filesOf('db.json'));
    await first;
    expect(planOf(at).files).toHaveLength(1);
  });
});

describe('rollouts of others', () => {
  interface SourceTask {
    readonly id: string;
    readonly evaluation_criteria: { readonly actions: readonly { name: string; arguments: object }[] };
  }
  const sources = JSON.parse(folder['tasks.json']) as readonly SourceTask[];
  const calls = ({ evaluation_criteria: { actions } }: SourceTask) =>
    actions.map(({ name, arguments: args }) => ({
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'x', name, arguments: args, requestor: 'assistant' }],
    }));
  const simulation = (task: SourceTask, reward: number, messages: readonly object[]) => ({
    ...{ id: `s${task.id}`, task_id: task.id, trial: 0, termination_reason: 'user_stop', messages },
    reward_info: { reward },
  });
  // The reward of these tasks has no prose in it, so that all of it can be computed.
  const served = sources
    .slice(0, 2)
    .map((task) => ({ ...task, evaluation_criteria: { ...task.evaluation_criteria, reward_basis: ['DB'] } }));
  const results = (more: object = {}) => {
    const [first, second] = served;
    if (first === undefined || second === undefined) throw new Error('too few tasks');
    return JSON.stringify({
      timestamp: 'now',
      info: { agent_info: { llm: 'a/model', implementation: 'llm_agent' } },
      tasks: served,
      simulations: [
        simulation(first, 1, calls(first)),
        simulation(first, 1, []),
        simulation(second, 1, calls(second)),
      ],
      ...more,
    });
  };

  it('are run again, judged, and kept as a run with their tasks; the recorded reward stays beside', async () => {
    const at = await page();
    await at.imports.bring([...filesOf('db.json'), fileOf('retail/results.json', results())]);
    const plan = planOf(at);
    expect(plan.problems).toEqual([]);
    const [brought] = plan.rollouts;
    expect(brought?.agent).toEqual({ id: 'recorded-a-model', title: 'a/model', kind: 'recorded' });
    expect(brought?.graded.map(({ verdict }) => verdict.reward)).toEqual([1, 0, 1]);
    expect(brought?.graded.map(({ rollout }) => rollout.trial)).toEqual([0, 1, 0]);
    expect(brought?.graded[1]?.recorded.difference).toMatch(
      /^Recorded 1, computed 0: DB does not hold: orders #W/,
    );
    expect(await stored(at)).toEqual(NOTHING);
    await at.imports.confirm();
    const [run] = (await at.repository.list('runs', { workspace: OWN })).rows;
    expect(run).toMatchObject({ kind: 'imported', state: 'finished', trials: 2, total: 3, done: 3 });
    const { rows, problems } = await at.repository.list('trials', { workspace: OWN });
    expect(problems).toEqual([]);
    expect(rows.map(({ recordedReward }) => recordedReward)).toEqual([1, 1, 1]);
    expect((await stored(at)).tasks).toBe(2);
  });

  it('written again, are the same rows', async () => {
    const at = await page();
    for (let round = 0; round < 2; round += 1) {
      await at.imports.bring([...filesOf('db.json'), fileOf('results.json', results())]);
      await at.imports.confirm();
    }
    expect(await at.repository.count('rollouts', { workspace: OWN })).toBe(3);
    expect(await at.repository.count('runs', { workspace: OWN })).toBe(1);
  });

  it('take their tasks from the file beside them where they carry none', async () => {
    const at = await page();
    await at.imports.bring([
      ...filesOf('db.json', 'tasks.json'),
      fileOf('results.json', results({ tasks: [] })),
    ]);
    expect(planOf(at).rollouts[0]?.graded).toHaveLength(3);
  });

  it('without a task are told apart, and are a problem where none can be judged', async () => {
    const at = await page();
    await at.imports.bring([
      ...filesOf('db.json'),
      fileOf('results.json', results({ tasks: served.slice(0, 1) })),
    ]);
    expect(planOf(at).problems).toEqual([]);
    expect(planOf(at).rollouts[0]?.refused).toEqual([
      { task: '1', reason: 'its task is not in this file, nor in a task file that came with it.' },
    ]);
    await at.imports.bring([...filesOf('db.json'), fileOf('results.json', results({ tasks: [] }))]);
    expect(planOf(at).problems[0]).toMatchObject({ what: 'No rollout can be judged.' });
  });
});

describe('chats of others', () => {
  const [task] = JSON.parse(folder['tasks.json']) as readonly {
    readonly evaluation_criteria: { readonly actions: readonly { name: string; arguments: object }[] };
  }[];
  const chat = (calls: readonly { name: string; arguments: object }[]) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: 'Hello.' },
        ...calls.map(({ name, arguments: args }) => ({
          role: 'assistant',
          content: null,
          tool_calls: [{ type: 'function', function: { name, arguments: JSON.stringify(args) } }],
        })),
      ],
      tools: [],
    });
  const actions = task?.evaluation_criteria.actions ?? [];

  it('become trajectories that tasks can be made of; the others say why not', async () => {
    const at = await page();
    const lines = [chat(actions), chat(actions.slice(0, 1))].join('\n');
    await at.imports.bring([...filesOf('db.json'), fileOf('train.jsonl', lines)]);
    const plan = planOf(at);
    expect(plan.problems).toEqual([]);
    expect(
      plan.trajectories[0]?.lifted.map(({ line, trajectory }) => [line, trajectory.problem?.code]),
    ).toEqual([
      [1, undefined],
      [2, 'no-write'],
    ]);
    await at.imports.confirm();
    const { rows } = await at.repository.list('trajectories', { workspace: OWN });
    expect(rows.map(({ trajectory }) => trajectory.explorer)).toEqual(['chats of train.jsonl']);
  });

  it('are a problem where no task can be made of any', async () => {
    const at = await page();
    await at.imports.bring([...filesOf('db.json'), fileOf('train.jsonl', chat([]))]);
    expect(planOf(at).problems[0]).toMatchObject({ what: 'No task can be made of these chats.' });
  });
});
