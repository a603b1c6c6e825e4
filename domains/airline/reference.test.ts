import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyCall, createRandom, parseDatabase, State, type ToolCall } from '#core/environment/index.ts';
import { ground } from '#core/explore/index.ts';
import { airline } from './index.ts';

// tau2-bench's airline data, where the workplace has it; it is not part of this repository.
const folder = new URL('../../../shared/tau-bench/airline/', import.meta.url);
const present = existsSync(new URL('db.json', folder));
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

interface ReferenceTask {
  readonly id: string;
  readonly evaluation_criteria: { readonly actions: readonly ToolCall[] | null };
}

describe.skipIf(!present)('the reference data (skipped where ../shared/tau-bench is absent)', () => {
  const state = present ? State.of(parseDatabase(airline, load('db.json'), 'db.json')) : undefined;
  const tasks = present ? (load('tasks.json') as ReferenceTask[]) : [];

  /** The user whose records a call writes. */
  function ownerOf(at: State, { arguments: { user_id, reservation_id } }: ToolCall): string {
    const owner =
      typeof user_id === 'string' ? user_id : at.get('reservations', reservation_id as string)?.user_id;
    return owner as string;
  }

  /** Every write of the reference, in the state in which it runs. */
  function writes(initial: State) {
    return tasks.flatMap((task) => {
      let current = initial;
      return (task.evaluation_criteria.actions ?? []).flatMap(({ name, arguments: args }) => {
        const call = { name, arguments: args };
        const before = current;
        const outcome = applyCall(airline, before, call);
        current = outcome.state;
        const isWrite = airline.tool(name)?.kind === 'write';
        return isWrite
          ? [{ task: task.id, call, before, userId: ownerOf(before, call), ok: outcome.ok }]
          : [];
      });
    });
  }

  test('its writes are requests of ours, except where flights and cabin change at once', () => {
    if (state === undefined) return;
    const all = writes(state);
    const unread = all.filter(({ before, call, userId }) =>
      airline.intentsFor(call.name).every((intent) => intent.parse?.(before, call)?.userId !== userId),
    );
    expect(all).toHaveLength(26);
    expect(unread.map(({ task, call }) => `${task}: ${call.name}`)).toEqual([
      '15: update_reservation_flights',
      '33: update_reservation_flights',
    ]);
  });

  test('its writes keep our rules', () => {
    if (state === undefined) return;
    const broken = writes(state).flatMap(({ task, call, before, userId, ok }) =>
      airline.rules
        .filter((rule) => rule.tools.includes(call.name))
        .flatMap((rule) => {
          const found = rule.check({ db: before, call, userId, confirmed: true, earlier: [] });
          return found === null
            ? []
            : [`${task}: ${rule.id}, ${ok ? 'accepted' : 'rejected'}: ${found.reason}`];
        }),
    );
    expect(broken).toEqual([]);
  });

  test('its database has somebody who could want each of our intents', () => {
    if (state === undefined) return;
    const random = createRandom('reference');
    const users = state.ids('users');
    for (const intent of airline.intents) {
      const found = Array.from({ length: 60 }, () => random.pick(users)).flatMap((userId) => {
        const grounding = ground(airline, state, intent, userId, random, () => true);
        return grounding === undefined ? [] : [grounding];
      });
      // Nobody in the reference database has cancelled anything yet.
      const possible = !['refund_elsewhere', 'undo_cancellation'].includes(intent.id);
      expect(found.length > 0, intent.id).toBe(possible);
      for (const { broken, toolAccepts, values, userId, call } of found) {
        expect(toolAccepts === false && broken.length === 0, JSON.stringify(call)).toBe(false);
        expect(intent.describe({ db: state, userId, values })).not.toMatch(/undefined/);
      }
    }
  });
});
