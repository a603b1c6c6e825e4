import { fc, test as property } from '@fast-check/vitest';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Task } from '#core/certify/index.ts';
import {
  applyCall,
  checkAssertion,
  createRandom,
  InputError,
  prepare,
  requestorOf,
  seedState,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';
import { createRunner, type JudgedRollout } from '#core/pipeline/index.ts';
import { lineInHand } from './lookup.ts';
import { phoneRow } from './phone.ts';
import type { TelecomDb } from './schema.ts';
import { telecom } from './index.ts';
import type { View } from '#core/environment/index.ts';

const database = { kind: 'seed', domain: 'telecom', seed: 'hands', size: 40 } as const;
const initial = seedState(telecom, database.seed, database.size);
const tasks: Task[] = [];
let rollouts: JudgedRollout[] = [];

const byUser = (name: string, args: ToolCall['arguments'] = {}): ToolCall => ({
  name,
  arguments: args,
  requestor: 'user',
});
// Every state here was parsed with the domain's schema.
const rows = (state: State) => state as unknown as View<TelecomDb>;

beforeAll(async () => {
  const runner = createRunner([telecom]);
  const wanted = { general: 4, ambiguous: 6, changing: 8, infeasible: 10 };
  for (let batch = 0; batch < 3; batch += 1)
    tasks.push(
      ...(await runner.run({ type: 'generate', database, seed: 'h', batch, wanted, knobs: {} })).tasks,
    );
  const items = tasks.flatMap((task) => ['oracle', 'careful'].map((agent) => ({ task, agent, trial: 0 })));
  ({ rollouts } = await runner.run({ type: 'rollout', seed: 'h', items }));
}, 120_000);

describe('two sides', () => {
  test('hold tools that the other side cannot call', () => {
    for (const call of [
      { name: 'toggle_airplane_mode', arguments: {} },
      { ...byUser('get_customer_by_id', { customer_id: initial.ids('customers')[0] ?? '' }) },
    ])
      expect(applyCall(telecom, initial, call)).toMatchObject({ ok: false, failure: 'unknown_tool' });
    expect(applyCall(telecom, initial, byUser('toggle_airplane_mode')).ok).toBe(true);
  });

  test('cannot prepare a task in a conversation, and a preparation that fails says so', () => {
    const lost = byUser('unseat_sim_card');
    expect(applyCall(telecom, initial, lost)).toMatchObject({ ok: false, failure: 'unknown_tool' });
    expect(phoneRow(rows(prepare(telecom, initial, [lost])), 'sim').sim_card_missing).toBe(true);
    expect(() => prepare(telecom, initial, [{ name: 'nothing', arguments: {} }])).toThrow(InputError);
  });

  property.prop([fc.integer({ min: 0, max: 500 }), fc.array(fc.nat(), { maxLength: 12 })])(
    'agree about the line after every call, whoever made it',
    (seed, picks) => {
      const random = createRandom(`agree/${seed}`);
      const userId = random.pick(initial.ids('customers'));
      const begun = prepare(telecom, initial, telecom.userSide?.situation(initial, userId, random));
      const line = lineInHand(rows(begun), userId);
      if (line === undefined) return;
      const of = { customer_id: userId, line_id: line.line_id };
      const calls: ToolCall[] = [
        { name: 'suspend_line', arguments: { ...of, reason: 'holiday' } },
        { name: 'resume_line', arguments: of },
        { name: 'enable_roaming', arguments: of },
        { name: 'disable_roaming', arguments: of },
        { name: 'refuel_data', arguments: { ...of, gb_amount: 2 } },
        ...telecom.userTools.filter(({ kind }) => kind === 'write').map(({ name }) => byUser(name)),
      ];
      let state = begun;
      for (const pick of picks) {
        state = applyCall(telecom, state, calls[pick % calls.length] as ToolCall).state;
        const now = rows(state).get('lines', line.line_id);
        const around = phoneRow(rows(state), 'surroundings');
        expect([around.line_active, around.roaming_allowed]).toEqual([
          now?.status === 'Active',
          now?.roaming_enabled,
        ]);
      }
    },
  );
});

describe('tasks in which users work their own phone', () => {
  const dual = () => tasks.filter((task) => (task.criteria.freeTables ?? []).length > 0);
  const kinds = () => new Set(tasks.flatMap((task) => task.kinds.map((kind) => kind.split(':')[0])));

  test('come in every condition, and in kinds that only hands make possible', () => {
    expect(new Set(dual().flatMap(({ conditions }) => conditions))).toEqual(
      new Set(['general', 'ambiguous', 'changing', 'infeasible']),
    );
    expect([...kinds()]).toEqual(expect.arrayContaining(['emerge', 'unwilling']));
  });

  test('have a user who says what they notice, and does not ask for it', async () => {
    const made = await createRunner([telecom]).run({
      ...{ type: 'generate', database, seed: 'noticed', batch: 0, knobs: {} },
      wanted: { general: 0, ambiguous: 0, changing: 40, infeasible: 0 },
    });
    const changes = made.tasks.flatMap(({ program }) => program.changes);
    const noticed = changes.filter(({ set }) => Object.values(set).some((slots) => 'symptom' in slots));
    expect(noticed.length).toBeGreaterThan(0);
    for (const { text } of noticed) {
      expect(text).toMatch(/what I (really )?have is|now that I look closely, it is/);
      expect(text).not.toMatch(/go with|make that|make it|instead/);
    }
  });

  test('are not solved where they begin, and are where their reference ends', () => {
    for (const task of dual()) {
      const begun = prepare(telecom, initial, task.initialization);
      for (const assertion of task.criteria.assertions ?? []) {
        // What comes to light later may hold until then.
        if (!task.kinds.includes('emerge'))
          expect(checkAssertion(telecom, begun, assertion), task.id).toMatchObject({ met: false });
      }
    }
    const oracle = rollouts.filter(({ rollout }) => rollout.agent.id === 'oracle');
    for (const { rollout, verdict } of oracle)
      expect([rollout.task, verdict.reward]).toEqual([rollout.task, 1]);
  });

  test('have the user act when asked, and only then', () => {
    for (const { rollout } of rollouts) {
      let asked: ToolCall[] = [];
      for (const event of rollout.events) {
        if (event.type === 'agent-message')
          asked = event.acts.flatMap((act) => (act.type === 'ask_action' ? [act.call] : []));
        if (event.type !== 'tool-call' || requestorOf(event.call) !== 'user') continue;
        expect(asked.map(({ name }) => name)).toContain(event.call.name);
      }
    }
    const acts = rollouts.flatMap(({ rollout }) => rollout.events);
    expect(acts.some((event) => event.type === 'tool-call' && event.call.requestor === 'user')).toBe(true);
  });

  test('have a user who refuses never take that step, and say so', () => {
    const refusing = tasks.filter((task) => (task.program.unwilling ?? []).length > 0);
    expect(refusing.length).toBeGreaterThan(0);
    for (const task of refusing) {
      const tools = (task.program.unwilling ?? []).map(({ tool }) => tool);
      for (const { rollout, verdict } of rollouts.filter((other) => other.rollout.task === task.id)) {
        const calls = rollout.events.flatMap((event) =>
          event.type === 'tool-call' ? [event.call.name] : [],
        );
        expect(calls.filter((name) => tools.includes(name))).toEqual([]);
        const said = rollout.events.some(
          (event) => event.type === 'user-message' && event.acts.some((act) => act.type === 'refuse_action'),
        );
        expect([rollout.id, said, verdict.reward]).toEqual([rollout.id, true, 1]);
      }
    }
  });
});
