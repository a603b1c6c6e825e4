import { beforeAll, describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { retail } from '#domains/retail/index.ts';
import { scripted } from '../../../testing/scriptedModel.ts';
import type { Task } from '../../certify/index.ts';
import { says, seedState, type Domain } from '../../environment/index.ts';
import { judge } from '../../evaluate/index.ts';
import { leaves } from '../../explore/index.ts';
import type { ModelRequest } from '../../model/index.ts';
import { createRunner } from '../../pipeline/index.ts';
import type { SlotEntry } from '../../transform/index.ts';
import { careful } from '../baselines/index.ts';
import type { Rollout } from '../event.ts';
import { collectRollout } from '../orchestrate.ts';
import { auditWords } from './audit.ts';
import { modelSeat, defaultModelSeat } from './modelSeat.ts';
import { ruleSeat } from './ruleSeat.ts';
import type { VoiceInput } from './seat.ts';

const wanted = { general: 2, ambiguous: 8, changing: 8, infeasible: 2 };
const worlds = [library, retail].map((domain) => {
  const database = { kind: 'seed', domain: domain.id, seed: 'seat', size: 40 } as const;
  return { domain, database, state: seedState(domain, database.seed, database.size), tasks: [] as Task[] };
});

beforeAll(async () => {
  const runner = createRunner([library, retail]);
  for (const world of worlds) {
    const job = {
      type: 'generate',
      database: world.database,
      seed: 's',
      batch: 0,
      wanted,
      knobs: {},
    } as const;
    world.tasks = (await runner.run(job)).tasks;
  }
}, 120_000);

/** Repeats its whole prompt: the worst that a model in the user's seat can do with what it is told. */
const echo = (asked: ModelRequest[] = []) =>
  scripted(({ messages }) => ({ text: messages.map(({ content }) => content).join('\n') }), asked);

/** Everything that must not be said before its time, with the index of the event in which it may be. */
function secrets(task: Task, rollout: Rollout): { text: string; from: number }[] {
  const { program } = task;
  const inside = (entry: SlotEntry) =>
    [entry.label, entry.mention.text, ...leaves(entry.value).map(({ value }) => value)].filter(
      (text): text is string => typeof text === 'string' && text.length > 2,
    );
  const toldAt = (request: string, slot: string) =>
    rollout.events.find(
      (event) =>
        event.type === 'user-message' &&
        event.acts.some((act) => act.type === 'answer' && act.request === request && act.slot === slot),
    )?.index ?? Infinity;
  const hidden = program.requests.flatMap((request) =>
    Object.entries(request.slots)
      .filter(([, entry]) => entry.opening === null)
      .flatMap(([slot, entry]) => inside(entry).map((text) => ({ text, from: toldAt(request.id, slot) }))),
  );
  const later = program.changes.flatMap((change) => {
    const fired = rollout.events.findIndex(
      (event) => event.type === 'change-fired' && event.change === change.id,
    );
    // The words of a change stand in the last message before its event.
    const words = rollout.events.slice(0, fired).findLastIndex(({ type }) => type === 'user-message');
    const from = fired < 0 ? Infinity : words;
    const entries = [
      ...change.add.flatMap((request) => Object.values(request.slots)),
      ...Object.values(change.set).flatMap((slots) => Object.values(slots)),
    ];
    return [...entries.flatMap(inside), change.text].map((text) => ({ text, from }));
  });
  return [...hidden, ...later];
}

describe('a model that plays the user', () => {
  it('says nothing hidden and no change before its time, even if it repeats its whole prompt', async () => {
    let checked = 0;
    for (const { domain, state, tasks } of worlds)
      for (const task of tasks) {
        const user = modelSeat(echo(), { ...defaultModelSeat, onFault: 'keep' });
        const run = await collectRollout({ domain, state, task, trial: 0, seed: 'x', agent: careful, user });
        for (const { text, from } of secrets(task, run)) {
          const said = run.events.findIndex(
            (event) => event.type === 'user-message' && says(event.text, text),
          );
          if (said < 0 || said >= from) continue;
          // What the agent itself brought up, or the program's opening says, is no secret of the user's any more.
          const before = run.events.slice(0, said).some((event) => 'text' in event && says(event.text, text));
          const opening = says(task.program.openingText, text);
          expect({ task: task.id, text, early: !before && !opening }).toEqual({
            task: task.id,
            text,
            early: false,
          });
          checked += 1;
        }
        checked += secrets(task, run).length;
      }
    expect(checked).toBeGreaterThan(100);
  }, 60_000);

  it('is never asked to voice anything with a hidden value in its prompt', async () => {
    for (const { domain, state, tasks } of worlds)
      for (const task of tasks.filter(({ hidden }) => hidden.length > 0)) {
        const asked: ModelRequest[] = [];
        const user = modelSeat(echo(asked));
        const run = await collectRollout({ domain, state, task, trial: 0, seed: 'x', agent: careful, user });
        const first = run.events.find(({ type }) => type === 'agent-message');
        const said = first?.type === 'agent-message' ? first.text : '';
        const prompt = asked.find(({ schema }) => schema === null)?.messages[0]?.content ?? '';
        for (const { text, from } of secrets(task, run).filter(
          ({ from: at }) => at > (first?.index ?? 0) + 3,
        ))
          if (!says(said, text) && !says(task.program.openingText, text))
            expect([task.id, from, says(prompt, text) ? text : '']).toEqual([task.id, from, '']);
      }
  });

  it('falls back to the words of the program, and every task stays as passable as it was', async () => {
    const user = modelSeat(echo());
    for (const { domain, state, tasks } of worlds)
      for (const task of tasks) {
        const run = await collectRollout({ domain, state, task, trial: 0, seed: 'x', agent: careful, user });
        expect(judge(domain, state, task, run).reward).toBe(1);
        expect(run.events.some(({ type }) => type === 'simulator-fault')).toBe(false);
      }
  });

  it("is asked once more when an audit objects, and a fault that is kept is not the agent's", async () => {
    const [{ domain, state, tasks }] = worlds as [(typeof worlds)[0]];
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const user = modelSeat(
      scripted(() => ({ text: 'Take number 98765, bye!' })),
      { ...defaultModelSeat, onFault: 'keep' },
    );
    const run = await collectRollout({ domain, state, task, trial: 0, seed: 'x', agent: careful, user });
    const faults = run.events.flatMap((event) =>
      event.type === 'simulator-fault' ? [event.fault.kind] : [],
    );
    expect(faults).toContain('invented_value');
    const notes = run.events.flatMap((event) => (event.type === 'model-turn' ? [event.note] : []));
    expect(notes[0]?.rejected).toHaveLength(1);
    const verdict = judge(domain, state, task, { ...run, statuses: {} });
    expect(verdict.class).toBe('invalid');
  });
});

describe('a model that reads for the user', () => {
  it('fills in a form that has room for names only', async () => {
    const world = worlds[1];
    const task = world?.tasks.find(({ condition }) => condition === 'ambiguous');
    if (world === undefined || task === undefined) throw new Error('no task');
    const asked: ModelRequest[] = [];
    const leaky = scripted(
      ({ schema }) =>
        schema === null
          ? { text: 'Yes.' }
          : {
              text: JSON.stringify({
                asks_identity: true,
                asks: ['anything at all', 'r1.nothing'],
                wants_yes: ['no'],
                wrong: [],
                done: [],
                refused: [],
                hands_over: false,
              }),
            },
      asked,
    );
    const seat = modelSeat(leaky);
    const { domain, state } = world;
    const goal = task.program.requests;
    const reading = await seat.read({
      domain,
      state,
      program: task.program,
      goal,
      open: goal,
      events: [],
      text: 'Who are you?',
      isIdentified: false,
    });
    expect(reading.acts).toEqual([{ type: 'ask_identity' }]);
    const [form] = asked;
    const items = JSON.stringify(form?.schema?.schema);
    for (const entry of goal.flatMap(({ slots }) => Object.values(slots)))
      if (typeof entry.value === 'string' && entry.value.length > 3) expect(items).not.toContain(entry.value);
  });

  it('reads by rules when the form is never filled in, and says so', async () => {
    const [world] = worlds;
    const [task] = world?.tasks ?? [];
    if (world === undefined || task === undefined) throw new Error('no task');
    const { domain, state } = world;
    const goal = task.program.requests;
    const reading = await modelSeat(scripted(() => ({ text: 'no idea' }))).read({
      domain,
      state,
      program: task.program,
      goal,
      open: goal,
      events: [],
      text: 'I am sorry, but I cannot do that.',
      isIdentified: true,
    });
    expect(reading.note?.mended).toContain('by rules');
    expect(reading.note?.rejected).toHaveLength(2);
    expect(reading.acts).toMatchObject([{ type: 'refuse' }]);
  });
});

it('does not take a question about an e-mail for one about where things go', async () => {
  const world = worlds.find(({ domain }) => domain.id === 'retail');
  if (world === undefined) throw new Error('no retail');
  const wanted = { general: 60, ambiguous: 0, changing: 0, infeasible: 0 };
  const job = { type: 'generate', database: world.database, seed: 'a', batch: 0, wanted, knobs: {} } as const;
  const { tasks } = await createRunner([retail]).run(job);
  const task = tasks.find(({ program }) => program.requests.some(({ slots }) => 'address' in slots));
  if (task === undefined) throw new Error('no task about an address');
  const { domain, state } = world;
  const { program } = task;
  const goal = program.requests.filter(({ slots }) => 'address' in slots);
  const asked = async (text: string) => {
    const input = { domain, state, program, goal, open: goal, events: [], text, isIdentified: false };
    return (await ruleSeat.read(input)).acts.map((act) => (act.type === 'ask_slot' ? act.slot : act.type));
  };
  expect(await asked('Could you tell me your email address?')).toEqual(['ask_identity']);
  expect(await asked('To which address should it go?')).toEqual(['address']);
});

it('reads the prose of the careful baseline by rules, most of the time', async () => {
  const results: Record<string, { passed: number; of: number }> = {};
  for (const { domain, state, tasks } of worlds as readonly {
    domain: Domain;
    state: (typeof worlds)[0]['state'];
    tasks: Task[];
  }[])
    for (const task of tasks) {
      const user = ruleSeat;
      const run = await collectRollout({ domain, state, task, trial: 0, seed: 'x', agent: careful, user });
      const cell = (results[task.condition] ??= { passed: 0, of: 0 });
      cell.of += 1;
      cell.passed += Number(judge(domain, state, task, run).reward === 1);
    }
  const passed = Object.values(results).reduce((sum, cell) => sum + cell.passed, 0);
  const of = Object.values(results).reduce((sum, cell) => sum + cell.of, 0);
  expect(passed / of).toBeGreaterThan(0.8);
});

describe('the audit', () => {
  const input = (text: string, acts: VoiceInput['acts'] = []): VoiceInput => ({
    program: {
      userId: 'u',
      identity: { email: 'ana@example.com' },
      identityInOpening: false,
      identityText: '',
      requests: [],
      changes: [],
      refusals: {},
      openingText: '',
      voice: '',
    },
    goal: [],
    events: [],
    text,
    acts,
    seed: '',
  });
  const kinds = (one: VoiceInput, words: string) => auditWords(one, words).map(({ kind }) => kind);

  it('lets other words for the same pass', () => {
    expect(kinds(input('I want order #W123 back, please.'), 'Could you take back #W123 for me?')).toEqual([]);
    expect(
      kinds(input('Yes, do it.', [{ type: 'confirm', request: 'r1' }]), 'Sure, no problem, go ahead.'),
    ).toEqual([]);
  });
  it.each([
    ['an id from nowhere', 'I want #W123.', 'I want #W123 and #W999.', 'invented_value'],
    ['an amount from nowhere', 'I want it.', 'I want it for $20.50.', 'invented_value'],
    ['an id left out', 'I want #W123.', 'I want it.', 'omission'],
    ['a goodbye', 'I want #W123.', 'I want #W123. That is all, bye!', 'early_stop'],
  ])('finds %s', (_, text, words, kind) => {
    expect(kinds(input(text), words)).toContain(kind);
  });
  it('finds a yes that became a no, and the reverse', () => {
    expect(kinds(input('Yes.', [{ type: 'confirm', request: 'r1' }]), 'No, do not do that.')).toContain(
      'contradiction',
    );
    expect(kinds(input('No.', [{ type: 'decline', request: 'r1' }]), 'Sure thing.')).toContain(
      'contradiction',
    );
  });
});
