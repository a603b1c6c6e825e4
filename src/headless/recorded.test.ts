import { describe, expect, it } from 'vitest';
import { seedState, type ToolCall } from '#core/environment/index.ts';
import { findDomain } from '#domains/index.ts';
import { recordedRuns, tau2Criteria, type Tau2Criteria } from './recorded.ts';
import { judgeTau2 } from './tau2Judge.ts';

const found = findDomain('library');
if (found === undefined) throw new Error('no library');
const domain = found;
const initial = seedState(domain, 'recorded', 10);
const [loan = ''] = initial.ids('loans');
const branch = initial.get('loans', loan)?.['branch'] === 'Central' ? 'Hilltop' : 'Central';
const move: ToolCall = { name: 'change_branch', arguments: { loan, branch } };
const read: ToolCall = { name: 'get_loans', arguments: { card: 'C10000' } };

const task = (criteria: object) => [{ id: 7, evaluation_criteria: criteria }];
const criteriaOf = (criteria: object): Tau2Criteria => {
  const [only] = tau2Criteria(task(criteria), 'f').values();
  if (only === undefined) throw new Error('no criteria');
  return only;
};

function simulation(calls: readonly ToolCall[], said: string, more: object = {}) {
  return {
    task_id: '7',
    trial: 1,
    termination_reason: 'user_stop',
    reward_info: { reward: 1 },
    messages: [
      { role: 'assistant', content: said, tool_calls: null },
      ...calls.map((call) => ({
        role: 'assistant',
        tool_calls: [{ id: '1', ...call, requestor: 'assistant' }],
      })),
      { role: 'tool', content: '1,200', requestor: 'assistant' },
    ],
    ...more,
  };
}

function judge(criteria: object, calls: readonly ToolCall[], said = 'Done.', more: object = {}) {
  const [run] = recordedRuns({ simulations: [simulation(calls, said, more)] }, 'f', 'call_librarian');
  if (run === undefined) throw new Error('no run');
  return judgeTau2(domain, initial, criteriaOf(criteria), run);
}

describe('judging a recorded rollout of tau2-bench', () => {
  const basis = ['DB', 'COMMUNICATE'];

  it('compares end states, whatever was read on the way', () => {
    expect(judge({ actions: [move], reward_basis: basis }, [read, move])).toEqual({
      reward: 1,
      components: { DB: 1, COMMUNICATE: 1 },
    });
    expect(judge({ actions: [move], reward_basis: basis }, [read]).reward).toBe(0);
    expect(judge({ actions: [], reward_basis: basis }, [move]).reward).toBe(0);
    expect(judge({ actions: [], reward_basis: basis }, [{ name: 'think', arguments: {} }]).reward).toBe(1);
  });

  it('looks for what had to be said in what the agent wrote, and nowhere else', () => {
    const criteria = { actions: [], communicate_info: ['1200'] };
    expect(judge(criteria, [], 'That is $1,200.').reward).toBe(1);
    expect(judge(criteria, [], 'That is much.').reward).toBe(0);
  });

  it('asks each reference action of some call with the same arguments', () => {
    const action = { actions: [move], reward_basis: ['ACTION'] };
    expect(judge(action, [move]).reward).toBe(1);
    expect(judge(action, [{ ...move, arguments: {} }]).reward).toBe(0);
    const byName = { actions: [{ ...move, compare_args: [] }], reward_basis: ['ACTION'] };
    expect(judge(byName, [{ ...move, arguments: {} }]).reward).toBe(1);
  });

  it('does not call right what it cannot judge', () => {
    const spoken = { actions: [move], nl_assertions: ['Is polite.'], reward_basis: ['DB', 'NL_ASSERTION'] };
    expect(judge(spoken, [move])).toEqual({ reward: null, components: { DB: 1, NL_ASSERTION: null } });
    expect(judge(spoken, [])).toEqual({ reward: 0, components: { DB: 0, NL_ASSERTION: null } });
    expect(judge({ ...spoken, nl_assertions: null }, [move]).reward).toBe(1);
    expect(judge({ actions: null, reward_basis: ['DB'] }, []).reward).toBeNull();
    expect(judge({ actions: [move], reward_basis: ['NEWER'] }, [move]).reward).toBeNull();
  });

  it('gives nothing to a run that was cut off, and leaves out one whose machinery failed', () => {
    const criteria = { actions: [move], reward_basis: basis };
    expect(judge(criteria, [move], '', { termination_reason: 'max_steps' }).reward).toBe(0);
    expect(judge(criteria, [move], '', { termination_reason: 'infrastructure_error' }).reward).toBeNull();
  });
});

describe('reading what others recorded', () => {
  it('takes trajectories of tau-bench, each with the task it carries', () => {
    const call = { function: { name: move.name, arguments: JSON.stringify(move.arguments) } };
    const broken = { function: { name: move.name, arguments: '{"loan": ' } };
    const run = (last: object) => ({
      task_id: 3,
      trial: 0,
      reward: 1,
      info: { task: { actions: [{ name: move.name, kwargs: move.arguments }], outputs: ['5'] } },
      traj: [
        { role: 'system', content: 'Policy.' },
        { role: 'assistant', content: null, tool_calls: [broken] },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'assistant', content: 'It is 5.' },
        last,
      ],
    });
    const runs = recordedRuns(
      [
        run({ role: 'user', content: '###STOP###' }),
        run({ role: 'tool', name: 'call_librarian', content: 'Transferred.' }),
        run({ role: 'tool', name: 'get_loans', content: '[]' }),
      ],
      'f',
      'call_librarian',
    );
    expect(runs.map(({ termination }) => termination)).toEqual(['user_stop', 'agent_stop', 'max_steps']);
    expect(runs[0]).toMatchObject({ task_id: '3', recorded: 1, said: ['It is 5.'] });
    const rewards = runs.map(
      (recorded) => recorded.criteria && judgeTau2(domain, initial, recorded.criteria, recorded).reward,
    );
    expect(rewards).toEqual([1, 1, 0]);
  });

  it('takes the tasks that a results file carries', () => {
    const [run] = recordedRuns(
      { tasks: task({ actions: [] }), simulations: [simulation([], '')] },
      'f',
      undefined,
    );
    expect(run).toMatchObject({ task_id: '7', trial: 1, recorded: 1, criteria: { actions: [] } });
  });

  it.each([
    ['what is neither', { tasks: [] }, 'f: expected rollouts'],
    ['a list of something else', [{ id: 1 }], 'f: not a list of tau-bench trajectories: at 0.task_id'],
    [
      'a simulation without messages',
      { simulations: [{ task_id: '1' }] },
      'f: not a tau2 results file: at sim',
    ],
    [
      "calls of the user's own tools",
      {
        simulations: [
          simulation([], '', {
            messages: [{ role: 'user', tool_calls: [{ name: 'reboot', arguments: {}, requestor: 'user' }] }],
          }),
        ],
      },
      "f: simulation 0 (task 7) has a call of the user's own tool 'reboot'",
    ],
  ])('refuses %s', (_, value, message) => {
    expect(() => recordedRuns(value, 'f', undefined)).toThrow(message);
  });
});
