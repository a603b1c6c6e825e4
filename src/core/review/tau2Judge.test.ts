import { describe, expect, it } from 'vitest';
import { seedState, type ToolCall } from '../environment/index.ts';
import { findDomain } from '#domains/index.ts';
import { recordedRuns, tau2Criteria, type Tau2Criteria } from '../interchange/index.ts';
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
  const { runs } = recordedRuns({ simulations: [simulation(calls, said, more)] }, 'f', []);
  const [run] = runs;
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

  it('knows who called, and judges what has to be true of the end', () => {
    const byUser = { ...move, requestor: 'user' };
    const { runs } = recordedRuns(
      { simulations: [simulation([], '', { messages: [{ role: 'user', tool_calls: [byUser] }] })] },
      'f',
      [],
    );
    expect(runs[0]?.steps).toEqual([{ type: 'call', call: byUser, answer: null }]);
    const assertion = { env_type: 'assistant', func_name: 'nobody_knows', arguments: {} };
    expect(judge({ env_assertions: [assertion], reward_basis: ['ENV_ASSERTION'] }, []).reward).toBeNull();
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
    const { runs, tasks, ownTasksOnly } = recordedRuns(
      [
        run({ role: 'user', content: '###STOP###' }),
        run({ role: 'tool', name: 'call_librarian', content: 'Transferred.' }),
        run({ role: 'tool', name: 'get_loans', content: '[]' }),
      ],
      'f',
      ['call_librarian'],
    );
    expect(runs.map(({ termination }) => termination)).toEqual(['user_stop', 'agent_stop', 'max_steps']);
    expect(ownTasksOnly).toBe(true);
    expect(tasks).toHaveLength(1);
    expect(runs[0]).toMatchObject({ task_id: '3', recorded: 1 });
    expect(runs[0]?.steps.at(-2)).toEqual({ type: 'message', by: 'agent', text: 'It is 5.' });
    const criteria = tau2Criteria(tasks, 'f').get('3');
    if (criteria === undefined) throw new Error('no task');
    const rewards = runs.map((recorded) => judgeTau2(domain, initial, criteria, recorded).reward);
    expect(rewards).toEqual([1, 1, 0]);
  });

  it('takes the tasks that a results file carries', () => {
    const info = { agent_info: { llm: 'a/model', implementation: 'llm_agent' } };
    const value = { info, tasks: task({ actions: [] }), simulations: [simulation([], '')] };
    const { runs, tasks, agent } = recordedRuns(value, 'f', []);
    expect(runs[0]).toMatchObject({ task_id: '7', trial: 1, recorded: 1 });
    expect([agent, tasks]).toEqual(['a/model', [{ id: '7', evaluation_criteria: { actions: [] } }]]);
  });

  it.each([
    ['what is neither', { tasks: [] }, 'f: expected rollouts'],
    ['a list of something else', [{ id: 1 }], 'f: not a list of tau-bench trajectories: at 0.task_id'],
    [
      'a simulation without messages',
      { simulations: [{ task_id: '1' }] },
      'f: not a tau2 results file: at sim',
    ],
  ])('refuses %s', (_, value, message) => {
    expect(() => recordedRuns(value, 'f', [])).toThrow(message);
  });
});
