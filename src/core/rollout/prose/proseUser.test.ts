import { beforeAll, describe, expect, it } from 'vitest';
import { fileRef, parseDatabase, seedState, State } from '#core/environment/index.ts';
import { retail } from '#domains/retail/index.ts';
import { telecom } from '#domains/telecom/index.ts';
import type { FakeReply } from '../../../testing/fakeVendors.ts';
import { scripted } from '../../../testing/scriptedModel.ts';
import { tau2Database, tau2Tasks } from '../../../testing/tau2Files.ts';
import type { Task } from '../../certify/index.ts';
import { judge } from '../../evaluate/index.ts';
import { importTau2Tasks } from '../../interchange/index.ts';
import { EXTENSION, toTau2Task } from '../../interchange/tau2Write/task.ts';
import { joinNotes, type LanguageModel, type ModelRequest } from '../../model/index.ts';
import { createRunner } from '../../pipeline/index.ts';
import { modelAgent } from '../model/modelAgent.ts';
import { collectRollout } from '../orchestrate.ts';
import { defaultModelSeat, modelSeat } from '../seat/modelSeat.ts';

const db = tau2Database();
const database = parseDatabase(retail, JSON.parse(JSON.stringify(db)), 'db.json');
const ref = fileRef(retail, 'db.json', database);
const state = State.of(database);
let tasks: readonly Task[] = [];

beforeAll(async () => {
  const given = { domain: retail, state, database: ref, name: 'tasks.json', tasks: tau2Tasks(db), first: 0 };
  ({ tasks } = await importTau2Tasks(given));
});

const call = (name: string, args: object): FakeReply => ({ calls: [{ name, raw: JSON.stringify(args) }] });
const referenceOf = (task: Task): FakeReply[] =>
  task.criteria.reference.flatMap((step) =>
    step.type === 'call' ? [call(step.call.name, step.call.arguments)] : [],
  );
const systemOf = (asked: readonly ModelRequest[]) => asked[0]?.messages[0]?.content ?? '';

describe('a model that plays a user of prose', () => {
  const serve = (task: Task, agent: LanguageModel, user: LanguageModel) =>
    collectRollout({
      ...{ domain: retail, state, task, trial: 0, seed: 's' },
      ...{ agent: modelAgent(agent), user: modelSeat(user) },
    });

  it('opens, answers what the agent writes, and ends with a mark; the end state is judged', async () => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const [asAgent, asUser]: [ModelRequest[], ModelRequest[]] = [[], []];
    const agent = scripted([{ text: 'Your email?' }, ...referenceOf(task), { text: 'Cancelled.' }], asAgent);
    const user = scripted(
      [{ text: 'Please cancel my order.' }, { text: 'a@b.c' }, { text: 'Thanks! ###STOP###' }],
      asUser,
    );
    const run = await serve(task, agent, user);
    expect(run.termination).toBe('user_stop');
    expect(
      run.events.flatMap((event) =>
        event.type === 'user-message' || event.type === 'agent-message' ? [event.text] : [],
      ),
    ).toEqual(['Please cancel my order.', 'Your email?', 'a@b.c', 'Cancelled.', 'Thanks! ###STOP###']);
    expect(judge(retail, state, task, run)).toMatchObject({ class: 'pass', reward: 1 });
    // The scenario is the user's alone, and each side hears only the words of the other.
    expect(systemOf(asUser)).toContain('You want to cancel order');
    expect(systemOf(asUser)).toContain('You are in a hurry.');
    expect(JSON.stringify(asAgent)).not.toContain('You are in a hurry.');
    expect(asUser.at(-1)?.messages.map(({ role }) => role)).toEqual([
      ...['system', 'user', 'assistant', 'user', 'assistant', 'user'],
    ]);
    // What it cost is kept with each message.
    const notes = run.events.filter((event) => event.type === 'model-turn' && event.seat === 'voice');
    expect(notes).toHaveLength(3);
  });

  it.each(['###TRANSFER###', '###OUT-OF-SCOPE###'])('leaves with %s, too', async (mark) => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const run = await serve(
      task,
      scripted([{ text: 'I cannot help.' }]),
      scripted([{ text: 'Hi.' }, { text: mark }]),
    );
    expect(run.termination).toBe('user_stop');
    expect(judge(retail, state, task, run)).toMatchObject({ class: 'fail', reward: 0 });
  });

  it('whose model fails, or says nothing usable, ends the rollout as no fault of the agent', async () => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const silent = await serve(
      task,
      scripted([]),
      scripted(() => ({ text: '' })),
    );
    expect(silent.termination).toBe('user_error');
    expect(judge(retail, state, task, silent).class).toBe('error');
  });

  it('is not asked for tasks that have a program', async () => {
    const runner = createRunner([retail]);
    const seeded = { kind: 'seed', domain: 'retail', seed: 'p', size: 20 } as const;
    const wanted = { general: 1, ambiguous: 0, changing: 0, infeasible: 0 };
    const made = await runner.run({
      ...{ type: 'generate', database: seeded, seed: 'p', batch: 0, wanted, knobs: {} },
    });
    const [task] = made.tasks;
    if (task === undefined) throw new Error('no task');
    const asked: ModelRequest[] = [];
    await collectRollout({
      ...{ domain: retail, state: seedState(retail, 'p', 20), task, trial: 0, seed: 's' },
      agent: modelAgent(scripted([{ text: 'Hello.' }, { text: 'Bye.' }])),
      user: modelSeat(
        scripted(() => ({ text: 'x' }), asked),
        defaultModelSeat,
      ),
    });
    expect(systemOf(asked)).not.toContain('<scenario>');
  });
});

describe('a user of prose with tools of their own', () => {
  const seeded = { kind: 'seed', domain: 'telecom', seed: 'e', size: 40 } as const;
  const initial = seedState(telecom, seeded.seed, seeded.size);
  let task: Task;

  beforeAll(async () => {
    const wanted = { general: 12, ambiguous: 0, changing: 0, infeasible: 0 };
    const made = await createRunner([telecom]).run({
      ...{ type: 'generate', database: seeded, seed: 'e', batch: 0, wanted, knobs: {} },
    });
    const plain = made.tasks.map((one) => {
      const { [EXTENSION]: _, ...rest } = toTau2Task(telecom, initial, one);
      return rest;
    });
    const { tasks: back } = await importTau2Tasks({
      ...{ domain: telecom, state: initial, database: seeded, name: 'tasks.json', tasks: plain, first: 0 },
    });
    const dual = back.find(
      ({ provenance, criteria }) =>
        provenance.source === 'imported' &&
        criteria.reference.some((step) => step.type === 'call' && step.call.requestor === 'user'),
    );
    if (dual === undefined) throw new Error('no task in which the user acts');
    task = dual;
  }, 60_000);

  it('works them when the agent asks, and the calls count as theirs', async () => {
    const steps = task.criteria.reference.flatMap((step) => (step.type === 'call' ? [step.call] : []));
    const own = steps.filter(({ requestor }) => requestor === 'user');
    const theirs = steps.filter(({ requestor }) => requestor !== 'user');
    const asUser: ModelRequest[] = [];
    const run = await collectRollout({
      ...{ domain: telecom, state: initial, task, trial: 0, seed: 's' },
      agent: modelAgent(
        scripted([
          ...theirs.map(({ name, arguments: args }) => call(name, args)),
          { text: 'Now do this.' },
          { text: 'Fine.' },
        ]),
      ),
      user: modelSeat(
        scripted(
          [
            // Too early: nobody has asked.
            call(own[0]?.name ?? '', own[0]?.arguments ?? {}),
            { text: 'My phone is broken.' },
            ...own.map(({ name, arguments: args }) => call(name, args)),
            { text: 'Done.' },
            { text: '###STOP###' },
          ],
          asUser,
        ),
      ),
    });
    expect(run.termination).toBe('user_stop');
    const made = run.events.flatMap((event) => (event.type === 'tool-call' ? [event.call] : []));
    expect(made.filter(({ requestor }) => requestor === 'user')).toHaveLength(own.length);
    expect(asUser[0]?.tools.map(({ name }) => name)).toEqual(
      telecom.userTools.map(({ name }) => name).toSorted(),
    );
    expect(JSON.stringify(asUser[1]?.messages)).toContain('nobody has asked for that yet');
    const notes = run.events.filter((event) => event.type === 'model-turn' && event.seat === 'voice');
    expect(notes).toHaveLength(3);
  });

  it('that only works them is stopped', async () => {
    const [tool] = telecom.userTools.filter(({ kind }) => kind === 'read');
    let asked = 0;
    const run = await collectRollout({
      ...{ domain: telecom, state: initial, task, trial: 0, seed: 's' },
      agent: modelAgent(scripted([{ text: 'Now do this.' }])),
      user: modelSeat(
        scripted(() => {
          asked += 1;
          return asked === 1 ? { text: 'Hi.' } : call(tool?.name ?? '', {});
        }),
      ),
    });
    expect(run.termination).toBe('user_error');
    expect(asked).toBeLessThan(30);
  });
});

describe('notes of one turn', () => {
  const note = { model: 'm', method: 'native' as const, reasoning: '', rejected: [], mended: null, ms: 2 };
  const usage = { prompt: 3, cached: null, reply: 1 };

  it('are one: costs add up, and what is unknown stays unknown', () => {
    expect(joinNotes([])).toBeNull();
    expect(
      joinNotes([
        { ...note, usage, reasoning: 'a' },
        { ...note, usage: { ...usage, cached: 5 }, mended: 'cut' },
      ]),
    ).toEqual({ ...note, reasoning: 'a', mended: 'cut', ms: 4, usage: { prompt: 6, cached: 5, reply: 2 } });
  });
});
