import { describe, expect, it } from 'vitest';
import type { ToolCall } from '#core/environment/index.ts';
import type { Rollout, RolloutEvent } from '#core/rollout/index.ts';
import { compareRollouts } from './compare.ts';

type Doing = ToolCall | 'agent' | 'user';

/** A rollout in which these things happen; each call is followed by its result. */
function rollout(...steps: readonly Doing[]): Rollout {
  const events: RolloutEvent[] = [];
  for (const step of steps) {
    const index = events.length;
    if (step === 'agent') events.push({ type: 'agent-message', index, text: `words ${index}`, acts: [] });
    else if (step === 'user') events.push({ type: 'user-message', index, text: `words ${index}`, acts: [] });
    else
      events.push(
        { type: 'tool-call', index, call: step },
        {
          ...{ type: 'tool-result', index: index + 1, call: index, ok: true, content: '{}' },
          ...{ changed: {}, shows: [], broke: [] },
        },
      );
  }
  return {
    ...{
      id: 'x',
      task: 't',
      domain: 'd',
      trial: 0,
      seed: '',
      events,
      termination: 'user_stop',
      statuses: {},
    },
    agent: { id: 'a', title: 'A', kind: 'scripted' },
  };
}

const call = (order: string, name = 'get_order'): ToolCall => ({ name, arguments: { order } });
const shape = (left: Rollout, right: Rollout) => {
  const { rows, divergence } = compareRollouts(left, right);
  return {
    divergence,
    rows: rows.map((row) => [row.left?.event ?? null, row.right?.event ?? null, row.same]),
  };
};

describe('two rollouts side by side', () => {
  it('do not part when they call the same things, whatever they say', () => {
    const left = rollout('user', 'agent', call('1'), 'agent');
    const right = rollout('user', 'agent', { name: 'get_order', arguments: { order: '1' } }, 'agent');
    expect(shape(left, right)).toMatchObject({ divergence: null });
  });

  it('part at the first call with other arguments, and come together again', () => {
    const left = rollout('user', call('1'), 'agent');
    const right = rollout('user', call('2'), 'agent');
    expect(shape(left, right)).toEqual({
      divergence: 1,
      rows: [
        [0, 0, true],
        [1, 1, false],
        [3, 3, true],
      ],
    });
  });

  it('part where one does what the other leaves out', () => {
    const left = rollout('user', call('1'), call('1', 'cancel'), 'agent');
    const right = rollout('user', call('1'), 'agent', 'user');
    expect(shape(left, right)).toEqual({
      divergence: 2,
      rows: [
        [0, 0, true],
        [1, 1, true],
        [3, null, false],
        [5, 3, true],
        [null, 4, false],
      ],
    });
  });

  it('tell a call of the agent from the same call of the user', () => {
    const left = rollout('user', call('1'));
    const right = rollout('user', { ...call('1'), requestor: 'user' });
    const { rows, divergence } = compareRollouts(left, right);
    expect(divergence).toBe(1);
    expect(rows[1]?.right?.title).toBe('get_order (by the user)');
  });

  it('lose no step of either', () => {
    const left = rollout('user', call('1'), call('2'), call('3'), 'agent');
    const right = rollout(call('3'), 'user', call('2'), 'agent', 'agent');
    const { rows } = compareRollouts(left, right);
    const events = (side: 'left' | 'right') => rows.flatMap((row) => row[side]?.event ?? []);
    expect(events('left')).toEqual([0, 1, 3, 5, 7]);
    expect(events('right')).toEqual([0, 2, 3, 5, 6]);
  });

  it('with nothing in one of them part at once', () => {
    expect(shape(rollout(), rollout('user'))).toEqual({ divergence: 0, rows: [[null, 0, false]] });
    expect(shape(rollout(), rollout())).toEqual({ divergence: null, rows: [] });
  });
});
