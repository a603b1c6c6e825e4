/**
 * Runs with models: what is kept, spent, paused, refused and gone on with. Long because every way in which a run ends
 * is tried on one page that is set up once.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Task } from '#core/certify/index.ts';
import { createRunner, generateTasks } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { BROWSER, taskRow, type RolloutRow, type RunRow } from '../../store/rows.ts';
import { appServices } from '../../testing/appServices.ts';
import { fakeVendors, type FakeBehaviour, type FakeVendors } from '../../testing/fakeVendors.ts';
import { memoryLocks } from '../../testing/locks.ts';
import { memoryVault } from '../../testing/memoryVault.ts';
import { memoryStorage } from '../../testing/memoryStorage.ts';
import { modelPipe, type ModelPipe } from '../../testing/modelPipe.ts';
import { NOTHING } from '../../models/index.ts';
import { ModelDesk } from '../../workers/modelDesk.ts';
import { KeptKeys } from './keptKeys.ts';
import { modelPlanOf, type ModelPlan } from './modelPlan.ts';
import { openModelRun } from './modelRun.ts';
import type { ServeModelsInput } from '../../workers/serveModels.ts';
import { ModelsState } from './models.svelte.ts';
import type { Services } from './services.ts';
import { memoryRepository } from '../../store/memoryRepository.ts';
import { turnLog } from '../../store/turnLog.ts';
import { SignIns } from './signIns.ts';
import { RunLocks } from './runLocks.svelte.ts';
import { Runs } from './runs.svelte.ts';

const KEY = 'sk-canary-0123456789abcdef';
const MODEL = 'openai/fake-small';
const PLAN: ModelPlan = {
  user: null,
  atOnce: 3,
  limits: { calls: null, tokens: null, dollars: null },
  spent: NOTHING,
};
const SORRY: FakeBehaviour = { type: 'reply', reply: { text: 'I am sorry, but I cannot help with that.' } };
const AT = new Date('2026-01-01T00:00:00Z');

let tasks: readonly Task[];
let server: FakeVendors;
let behave: () => FakeBehaviour = () => SORRY;

beforeAll(async () => {
  const database = { kind: 'seed', domain: 'library', seed: 'models', size: 40 } as const;
  const wanted = { general: 2, ambiguous: 1, changing: 1, infeasible: 1 };
  const input = { database, seed: 'models', wanted, knobs: {}, parallel: 1 };
  tasks = (await generateTasks(createRunner(domains), input)).tasks;
  server = await fakeVendors(() => behave());
});
afterAll(() => server.close());
beforeEach(() => {
  behave = () => SORRY;
});

const signIns = new SignIns({
  storage: memoryStorage(),
  here: 'https://x.example/',
  leave: () => undefined,
});

async function setup(
  key: string | null = KEY,
  worker: Partial<ServeModelsInput> = {},
  changes: Partial<Services> = {},
) {
  const storage = memoryStorage();
  const said: string[] = [];
  let now = AT.getTime();
  const workers: ModelPipe[] = [];
  const desk = new ModelDesk(() => {
    const port = modelPipe({ now: () => now, ...worker });
    workers.push(port);
    return port;
  });
  const services = appServices(changes);
  const repository = await services.repository();
  await repository.put(
    'tasks',
    tasks.map((task) => taskRow('w', task, AT.toISOString())),
  );
  const models = new ModelsState({
    services,
    desk,
    kept: new KeptKeys(storage, () => now),
    tell: (text) => said.push(text),
    signIns,
    sources: ['http://127.0.0.1:*', 'https://api.openai.com'],
  });
  await models.start();
  await models.setBase('openai', `${server.url}openai/`);
  if (key !== null) await models.setKey('openai', key);
  let ids = 0;
  const runs = new Runs({
    services,
    locks: new RunLocks(memoryLocks()),
    models: (request, signal) =>
      openModelRun(services, (ids, plan, onspent) => models.open(ids, plan, onspent), request, signal),
    now: () => AT,
    newId: () => `run-${(ids += 1)}`,
    report: () => undefined,
    tell: () => undefined,
  });
  const agents = ['careful', MODEL];
  const start = (plan: ModelPlan = PLAN) =>
    runs.start('w', false, {
      title: 'A run',
      kind: 'rollouts',
      seed: 's',
      tasks,
      agents,
      trials: 1,
      models: plan,
    });
  const row = async (): Promise<RunRow> => {
    const found = await repository.get('runs', 'w', 'run-1');
    if (found === undefined) throw new Error('no run');
    return found;
  };
  const rollouts = async () => (await repository.list('rollouts', { workspace: 'w', run: 'run-1' })).rows;
  const classes = async () => {
    const found: Record<string, RolloutRow[]> = {};
    for (const one of await rollouts())
      (found[`${one.rollout.agent.id} ${one.verdict.class}`] ??= []).push(one);
    return found;
  };
  const pass = (ms: number) => {
    now += ms;
    workers.at(-1)?.checkIdle();
  };
  return {
    services,
    repository,
    runs,
    models,
    desk,
    workers,
    storage,
    said,
    pass,
    start,
    row,
    rollouts,
    classes,
  };
}

describe('a run with a model', () => {
  test('has its rollouts beside those of the baselines, and tells what was used', async () => {
    const { runs, start, row, classes } = await setup();
    await start();
    expect(runs.problem).toBeNull();
    const found = await classes();
    expect(found['careful pass']).toHaveLength(tasks.length);
    expect(found[`${MODEL} fail`]).toHaveLength(tasks.length);
    const { spent } = modelPlanOf(await row()) ?? PLAN;
    expect(spent).toMatchObject({ calls: server.requests.length, prompt: 100 * spent.calls, estimated: 0 });
  });

  test('stops at its limit, keeps nothing that the limit ended, and goes on when it is raised', async () => {
    const { runs, start, row, classes } = await setup();
    const before = server.requests.length;
    await start({ ...PLAN, limits: { ...PLAN.limits, calls: 3 } });
    expect(server.requests.length - before).toBe(3);
    expect(runs.problem).toMatch(/limit of 3 calls/);
    const stopped = await row();
    expect(stopped).toMatchObject({ state: 'paused', note: runs.problem });
    expect(Object.keys(await classes()).filter((key) => key.endsWith('error'))).toEqual([]);
    await runs.resume(stopped);
    expect(server.requests.length - before).toBe(3);
    await runs.setLimits(await row(), { ...PLAN.limits, calls: 1000 });
    await runs.resume(await row());
    expect(await row()).toMatchObject({ state: 'finished', done: 2 * tasks.length });
    expect(modelPlanOf(await row())?.spent.calls).toBe(server.requests.length - before);
  });

  test('stops at a wrong key at once, and the key is in nothing that is kept', async () => {
    behave = () => ({ type: 'status', status: 401, body: `{"error":{"message":"no such key ${KEY}"}}` });
    const { repository, runs, start, row, rollouts } = await setup();
    const before = server.requests.length;
    await start();
    expect(server.requests.length - before).toBeLessThanOrEqual(PLAN.atOnce);
    expect(runs.problem).toMatch(/401.*Check the key/);
    const kept = JSON.stringify([
      await row(),
      await rollouts(),
      await repository.list('settings', { workspace: BROWSER }),
    ]);
    expect(kept).not.toContain(KEY);
    expect(kept).toContain('…cdef');
  });

  test.each([
    ['402', { status: 402, body: '{"error":{"message":"Insufficient credits","code":402}}' }],
    [
      '429 insufficient_quota',
      {
        status: 429,
        body: '{"error":{"message":"You exceeded your current quota.","code":"insufficient_quota"}}',
      },
    ],
    ['403 of a key with a limit', { status: 403, body: '{"error":{"message":"Key limit exceeded"}}' }],
  ])('without credit (%s) stops at once, keeps what is done, and goes on later', async (_, refusal) => {
    let refused = 0;
    let answered = 0;
    behave = () => {
      answered += 1;
      if (answered <= 8) return SORRY;
      refused += 1;
      return { type: 'status', status: refusal.status, body: refusal.body };
    };
    const { runs, start, row, classes } = await setup();
    await start();
    // One for each rollout that was under way, and none a second time.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(PLAN.atOnce);
    expect(runs.problem).toMatch(/Add credit at the provider, or use another key\.$/);
    const stopped = await row();
    expect(stopped).toMatchObject({ state: 'paused', note: runs.problem });
    const kept = await classes();
    expect(kept['careful pass']?.length ?? 0).toBeGreaterThan(0);
    const done = kept[`${MODEL} fail`] ?? [];
    expect(done.length).toBeLessThan(tasks.length);
    // Neither a failure of the model nor one of the server is kept for those that could not be finished.
    expect(kept[`${MODEL} error`]).toBeUndefined();
    expect(done.every(({ rollout }) => rollout.termination === 'user_stop')).toBe(true);
    behave = () => SORRY;
    await runs.resume(stopped);
    const after = await classes();
    expect(after[`${MODEL} fail`]).toHaveLength(tasks.length);
    expect(after[`${MODEL} fail`]).toEqual(expect.arrayContaining([...done]));
    expect(await row()).toMatchObject({ state: 'finished', note: null });
  });

  test('with an agent that answers in another language has verdicts like any other', async () => {
    const texts = [
      'Guten Tag! Könnten Sie mir bitte Ihre Kundennummer nennen?',
      '申し訳ございませんが、もう一度お願いできますか。',
      'Ολοκληρώθηκε. Θέλετε κάτι άλλο;',
      'مرحبًا، كيف يمكنني مساعدتك اليوم؟',
    ];
    let said = 0;
    behave = () => ({ type: 'reply', reply: { text: texts[(said += 1) % texts.length] ?? '' } });
    const { runs, start, row, classes, rollouts } = await setup();
    await start();
    expect(runs.problem).toBeNull();
    expect(await row()).toMatchObject({ state: 'finished', done: 2 * tasks.length });
    const found = await classes();
    const served = (await rollouts()).filter(({ rollout }) => rollout.agent.id === MODEL);
    expect(served).toHaveLength(tasks.length);
    for (const { rollout, verdict } of served) {
      expect(rollout.termination).toBe('user_stop');
      expect(rollout.events.length).toBeLessThan(20);
      expect(verdict.diagnoses.map(({ tag }) => tag)).toContain('gave up');
      expect(verdict.diagnoses.map(({ tag }) => tag)).not.toContain('refused without reading the evidence');
      // What was said is kept as it was said.
      const words = rollout.events.flatMap((event) => (event.type === 'agent-message' ? [event.text] : []));
      expect(words.every((text) => texts.includes(text))).toBe(true);
    }
    expect(Object.keys(found).filter((key) => key.startsWith(MODEL))).toEqual([`${MODEL} fail`]);
  });

  test('counts what the server refused apart, and repeats only that', async () => {
    let requests = 0;
    behave = () => ((requests += 1) % 2 === 0 ? { type: 'status', status: 400 } : SORRY);
    const { runs, start, row, classes } = await setup();
    await start({ ...PLAN, atOnce: 1 });
    const first = await classes();
    const failed = first[`${MODEL} error`]?.length ?? 0;
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(tasks.length);
    expect((first[`${MODEL} fail`]?.length ?? 0) + failed).toBe(tasks.length);
    behave = () => SORRY;
    const before = server.requests.length;
    await runs.retryFailed(await row());
    const again = await classes();
    expect(again[`${MODEL} error`]).toBeUndefined();
    expect(again[`${MODEL} fail`]).toHaveLength(tasks.length);
    // Those that had an answer are as they were.
    const kept = first[`${MODEL} fail`]?.map(({ id }) => id) ?? [];
    expect(server.requests.length - before).toBeLessThanOrEqual(3 * failed);
    expect(again[`${MODEL} fail`]?.filter(({ id }) => kept.includes(id))).toEqual(first[`${MODEL} fail`]);
  });

  test('keeps what failed until something takes its place', async () => {
    behave = () => ({ type: 'status', status: 400 });
    const { runs, models, start, row, classes } = await setup();
    await start();
    const failed = (await classes())[`${MODEL} error`] ?? [];
    expect(failed).toHaveLength(tasks.length);
    await models.forgetAllKeys();
    await runs.retryFailed(await row());
    expect(runs.problem).toMatch(/OpenAI needs a key/);
    expect((await classes())[`${MODEL} error`]).toEqual(failed);
    behave = () => SORRY;
    await models.setKey('openai', KEY);
    await runs.setLimits(await row(), {
      ...PLAN.limits,
      calls: (modelPlanOf(await row())?.spent.calls ?? 0) + 1,
    });
    await runs.retryFailed(await row());
    expect(runs.problem).toMatch(/limit of/);
    expect(Object.values(await classes()).flat()).toHaveLength(2 * tasks.length);
    await runs.setLimits(await row(), PLAN.limits);
    await runs.retryFailed(await row());
    expect(await row()).toMatchObject({ state: 'finished', done: 2 * tasks.length });
    expect((await classes())[`${MODEL} error`]).toBeUndefined();
  });

  test('without its key says which one, and nothing is asked', async () => {
    const before = server.requests.length;
    const { runs, start, row } = await setup(null);
    await start();
    expect(runs.problem).toMatch(/OpenAI needs a key/);
    expect(await row()).toMatchObject({ state: 'paused', done: 0 });
    expect(server.requests.length).toBe(before);
  });

  test('is told when the worker with the keys died, keeps nothing that only this ended, and goes on', async () => {
    const { runs, models, workers, start, row, classes } = await setup();
    let requests = 0;
    behave = () => {
      if ((requests += 1) === 3) workers[0]?.die();
      return SORRY;
    };
    await start();
    expect(runs.problem).toMatch(/out of memory/);
    expect(await row()).toMatchObject({ state: 'paused' });
    expect(Object.keys(await classes()).filter((key) => key.endsWith('error'))).toEqual([]);
    behave = () => SORRY;
    await runs.resume(await row());
    expect(runs.problem).toMatch(/OpenAI needs a key/);
    await models.setKey('openai', KEY);
    await runs.resume(await row());
    expect(await row()).toMatchObject({ state: 'finished', done: 2 * tasks.length });
  });

  test('is cancelled in the middle: what was asked is counted, nothing half done is kept, and it goes on', async () => {
    const { runs, start, row, classes } = await setup();
    const before = server.requests.length;
    behave = () => {
      if (server.requests.length - before < 4) return SORRY;
      queueMicrotask(() => runs.cancel());
      return { type: 'hang' };
    };
    await start({ ...PLAN, atOnce: 2 });
    const stopped = await row();
    expect(stopped.state).toBe('cancelled');
    expect(runs.problem).toBeNull();
    expect(modelPlanOf(stopped)?.spent.calls).toBe(server.requests.length - before);
    expect(Object.keys(await classes()).filter((key) => !/pass|fail/.test(key))).toEqual([]);
    behave = () => SORRY;
    await runs.resume(stopped);
    expect(await row()).toMatchObject({ state: 'finished', done: 2 * tasks.length });
    expect(modelPlanOf(await row())?.spent.calls).toBe(server.requests.length - before);
  });
});

describe('the models of a page', () => {
  test('lists what a server has, and tells one thing when it cannot', async () => {
    const { models } = await setup();
    const openai = () => models.servers.find(({ provider }) => provider.id === 'openai');
    await models.test('openai');
    expect(openai()).toMatchObject({ listed: ['fake-large', 'fake-small'], problem: null, hint: '…cdef' });
    await models.setBase('openai', 'https://evil.example/v1');
    expect(openai()?.problem).toMatch(/may not connect to evil\.example.*CONNECT_SRC/);
    expect(openai()?.base).toContain('127.0.0.1');
    await models.setBase('openai', 'http://127.0.0.1:1/v1');
    // The key was for the other origin.
    expect(openai()?.hint).toBeNull();
    await models.test('openai');
    expect(openai()?.problem).toBe('OpenAI needs a key. Paste one first.');
    await models.setKey('openai', 'two words');
    expect(openai()?.problem).toMatch(/Paste only the key/);
    await models.setKey('openai', KEY);
    await models.test('openai');
    expect(openai()?.problem).toMatch(/No connection/);
  });

  test('keeps names and prices in the browser, never a key', async () => {
    const { models, repository } = await setup();
    await models.toggle(MODEL);
    await models.setPrice(MODEL, { prompt: 1, cached: 0.1, reply: 4 });
    const row = await repository.get('settings', BROWSER, 'models');
    expect(row?.value).toEqual([
      { id: MODEL, price: { prompt: 1, cached: 0.1, reply: 4 }, contextTokens: null },
    ]);
    expect(models.priceOf('openai/other')).toBeNull();
    expect(models.priceOf('ollama/any')).toEqual({ prompt: 0, cached: 0, reply: 0 });
    expect(models.missing(MODEL)).toBeNull();
    await models.forgetAllKeys();
    expect(models.missing(MODEL)).toMatch(/OpenAI needs a key/);
    await models.toggle(MODEL);
    expect(models.chosen).toEqual([]);
  });

  test('keeps a key over a reload only when asked to, and forgets what nobody uses', async () => {
    const { services, models, desk, storage, said, pass } = await setup();
    expect(storage.getItem('t2t.keys')).toBeNull();
    await models.keeping.setKeep('tab');
    await models.setKey('openai', ` ${KEY}\n`);
    expect(storage.getItem('t2t.keys')).toContain(KEY);
    expect(models.servers.find(({ provider }) => provider.id === 'openai')?.kept).toBe('tab');
    const reload = async (at: number) => {
      const again = new ModelsState({
        services,
        desk: new ModelDesk(() => modelPipe()),
        kept: new KeptKeys(storage, () => at),
        tell: () => undefined,
        signIns,
        sources: ['http://127.0.0.1:*'],
      });
      await again.start();
      await again.setBase('openai', `${server.url}openai/`);
      return again.servers.find(({ provider }) => provider.id === 'openai')?.hint;
    };
    expect(await reload(AT.getTime() + 29 * 60_000)).toBe('…cdef');
    expect(models.idleMinutes).toBe(30);
    await models.setIdleMinutes(5);
    pass(5 * 60_000);
    await expect.poll(() => said).toEqual(['Nobody used the keys for 5 minutes, so they were forgotten.']);
    expect(models.hasKeys).toBe(false);
    expect(storage.getItem('t2t.keys')).toBeNull();
    expect(await reload(AT.getTime())).toBeNull();
    // Another address takes its key out of the tab as well.
    await models.setKey('openai', KEY);
    await models.setBase('openai', 'http://127.0.0.1:1/v1');
    expect(storage.getItem('t2t.keys')).toBeNull();
    await expect(desk.forget(null)).resolves.toBeUndefined();
    // So does another choice.
    await models.setKey('openai', KEY);
    expect(storage.getItem('t2t.keys')).toContain(KEY);
    await models.keeping.setKeep('page');
    expect(storage.getItem('t2t.keys')).toBeNull();
  });

  test('locks keys with a passphrase, for as long as a person wants', async () => {
    const vault = memoryVault();
    const { services, models, said, pass } = await setup(KEY, { vault });
    const { keeping } = models;
    const passphrase = 'correct horse battery';
    expect(await keeping.make(passphrase, 'something else')).toBe(false);
    expect(keeping.problem).toMatch(/not the same/);
    expect(await keeping.make(passphrase, passphrase)).toBe(true);
    const openai = (of: ModelsState) => of.servers.find(({ provider }) => provider.id === 'openai');
    expect(openai(models)).toMatchObject({ hint: '…cdef', kept: 'vault' });
    pass(30 * 60_000);
    await expect.poll(() => said).toEqual(['Nobody used the keys for 30 minutes, so they were locked.']);
    expect(models.missing(MODEL)).toMatch(/Keys are locked\. Unlock them/);

    const reload = async () => {
      const again = new ModelsState({
        ...{ services, signIns, sources: ['http://127.0.0.1:*'], tell: () => undefined },
        desk: new ModelDesk(() => modelPipe({ vault })),
        kept: new KeptKeys(memoryStorage(), () => 0),
      });
      await again.start();
      await again.setBase('openai', `${server.url}openai/`);
      return again;
    };
    const again = await reload();
    expect([again.keeping.keep, again.keeping.vault, openai(again)?.hint]).toEqual(['vault', 'locked', null]);
    expect(await again.keeping.unlock('wrong')).toBe(false);
    expect(again.keeping.problem).toMatch(/does not open the kept keys\. Check it/);
    expect(await again.keeping.unlock(passphrase)).toBe(true);
    expect(again.keeping.problem).toBeNull();
    expect(openai(again)?.hint).toBe('…cdef');
    expect(await again.keeping.change(passphrase, 'another passphrase', 'another passphrase')).toBe(true);

    // One tab forgets them all, also where they are locked.
    const third = await reload();
    await third.forgetAllKeys();
    expect([vault.record, third.keeping.keep, third.keeping.vault]).toEqual([undefined, 'page', 'none']);
    expect((await reload()).keeping.vault).toBe('none');
  });

  test('a key in the field of the address is not repeated', async () => {
    const { models } = await setup();
    await models.setBase('openai', KEY);
    const openai = models.servers.find(({ provider }) => provider.id === 'openai');
    expect(openai?.problem).toMatch(/is no address/);
    expect(openai?.problem).not.toContain(KEY);
  });
});

describe('a run whose page died', () => {
  test('asks no question twice but those that were at work', async () => {
    const indexedDB = new IDBFactory();
    const turns = () => Promise.resolve(turnLog({ indexedDB, IDBKeyRange, now: () => AT.getTime() }));
    const repository = memoryRepository();
    const changes = { turns, repository: () => Promise.resolve(repository) };
    const whole = await setup(KEY, {}, { turns });
    const first = server.requests.length;
    await whole.start();
    const calls = server.requests.length - first;
    const verdicts = async ({ rollouts }: Pick<typeof whole, 'rollouts'>) =>
      (await rollouts()).map(({ rollout, verdict }) => [rollout.id, verdict.class, rollout.events.length]);
    const expected = await verdicts(whole);
    await whole.runs.delete(await whole.row());

    // The server falls silent for good after some answers, as for a page that is gone.
    const from = server.requests.length;
    const answered = Math.floor(calls / 2);
    behave = () => (server.requests.length - from <= answered ? SORRY : { type: 'hang' });
    const dying = await setup(KEY, {}, changes);
    dying.start().catch(() => undefined);
    await vi.waitFor(() => expect(server.requests.length - from).toBe(answered + PLAN.atOnce), 20_000);
    // Nothing is ended: the first page simply never goes on. Its row says that it is running.
    behave = () => SORRY;
    const back = await setup(KEY, {}, changes);
    const before = server.requests.length;
    await back.runs.resume({ ...(await back.row()), state: 'interrupted' });
    expect(back.runs.problem).toBeNull();
    expect(await verdicts(back)).toEqual(expected);
    expect(server.requests.length - before).toBe(calls - answered);
    expect((await (await turns()).read('w', 'run-1')).size).toBe(0);
    dying.runs.cancel();
  });
});
