import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyCall, createRandom, parseDatabase, State, type ToolCall } from '#core/environment/index.ts';
import { ground } from '#core/explore/index.ts';
import { retail } from './index.ts';

// tau2-bench's retail data, where the workplace has it; it is not part of this repository.
const folder = new URL('../../../shared/tau-bench/retail/', import.meta.url);
const present = existsSync(new URL('db.json', folder));
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

interface ReferenceTask {
  readonly id: string;
  readonly evaluation_criteria: { readonly actions: readonly ToolCall[] | null };
}

/** The user of a task: the one it looks up, else the one whose records it writes. */
function ownerOf(state: State, actions: readonly ToolCall[]): string | null {
  for (const { name, arguments: args } of actions) {
    const outcome = applyCall(retail, state, { name, arguments: args });
    if (name.startsWith('find_user_id') && outcome.ok) return outcome.result as string;
  }
  const named = actions.map(({ arguments: { user_id, order_id } }) =>
    typeof user_id === 'string' ? user_id : state.get('orders', order_id as string)?.user_id,
  );
  return (named.find((id) => id !== undefined) as string | undefined) ?? null;
}

describe.skipIf(!present)('the reference data (skipped where ../shared/tau-bench is absent)', () => {
  const state = present ? State.of(parseDatabase(retail, load('db.json'), 'db.json')) : undefined;
  const tasks = present ? (load('tasks.json') as ReferenceTask[]) : [];

  /** Every write of the reference, in the state in which it runs, for the user whom the task identifies. */
  function writes(initial: State) {
    return tasks.flatMap((task) => {
      let current = initial;
      const actions = task.evaluation_criteria.actions ?? [];
      const userId = ownerOf(initial, actions);
      return actions.flatMap(({ name, arguments: args }) => {
        const call = { name, arguments: args };
        const outcome = applyCall(retail, current, call);
        const before = current;
        current = outcome.state;
        const isWrite = retail.tool(name)?.kind === 'write';
        return isWrite ? [{ task: task.id, call, before, userId, ok: outcome.ok }] : [];
      });
    });
  }

  test('every write is a request of ours, up to three different items', () => {
    if (state === undefined) return;
    const all = writes(state);
    const unread = all.filter(({ before, call, userId }) =>
      retail.intentsFor(call.name).every((intent) => intent.parse?.(before, call)?.userId !== userId),
    );
    expect(all).toHaveLength(120);
    // Five name four items; 105 exchanges two pieces of one item for two different ones.
    expect(unread.map(({ task }) => task)).toEqual(['11', '20', '54', '73', '82', '105']);
  });

  test('its writes keep our rules, except the one that its own tool rejects', () => {
    if (state === undefined) return;
    const broken = writes(state).flatMap(({ task, call, before, userId, ok }) =>
      retail.rules
        .filter((rule) => rule.tools.includes(call.name))
        .filter((rule) => rule.check({ db: before, call, userId, confirmed: true, earlier: [] }) !== null)
        .map((rule) => `${task}: ${rule.id}, ${ok ? 'accepted' : 'rejected'}`),
    );
    expect(broken).toEqual(['105: items.balance, rejected']);
  });

  test('its database has somebody who could want each of our intents', () => {
    if (state === undefined) return;
    const random = createRandom('reference');
    const users = state.ids('users');
    for (const intent of retail.intents) {
      const found = Array.from({ length: 60 }, () => random.pick(users)).flatMap((userId) => {
        const found = ground(retail, state, intent, userId, random, () => true);
        return found === undefined ? [] : [found];
      });
      expect(found.length, intent.id).toBeGreaterThan(0);
      for (const { broken, toolAccepts, values, userId } of found) {
        expect(toolAccepts === false && broken.length === 0).toBe(false);
        expect(intent.describe({ db: state, userId, values })).not.toMatch(/undefined/);
      }
    }
  });
});
