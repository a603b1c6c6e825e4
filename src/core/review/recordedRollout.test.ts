import { describe, expect, it } from 'vitest';
import { fileRef, parseDatabase, State, type Json, type ToolCall } from '../environment/index.ts';
import { importTau2Tasks, type RecordedRun } from '../interchange/index.ts';
import { findDomain } from '#domains/index.ts';
import { tau2Database, tau2Tasks } from '../../testing/tau2Files.ts';
import { gradeRecorded } from './recordedRollout.ts';

const found = findDomain('retail');
if (found === undefined) throw new Error('no retail');
const domain = found;
const db = tau2Database();
const database = parseDatabase(domain, JSON.parse(JSON.stringify(db)), 'db.json');
const state = State.of(database);
const ref = fileRef(domain, 'db.json', database);
const agent = { id: 'recorded-x', title: 'x', kind: 'recorded' } as const;

const [first] = tau2Tasks(db);
if (first === undefined) throw new Error('no task');
const calls = (first.evaluation_criteria.actions as readonly ToolCall[]).map(({ name, arguments: args }) => ({
  name,
  arguments: args,
}));

async function grade(steps: readonly ToolCall[], more: Partial<RecordedRun> = {}, changes: object = {}) {
  const criteria = { ...first?.evaluation_criteria, reward_basis: ['DB'], ...changes };
  const source = { ...first, evaluation_criteria: criteria } as unknown as Json;
  const { tasks } = await importTau2Tasks({
    ...{ domain, state, database: ref, name: 'f', tasks: [source], first: 0 },
  });
  const [task] = tasks;
  if (task === undefined) throw new Error('refused');
  const run: RecordedRun = {
    ...{ task_id: first?.id ?? '', trial: 2, termination: 'user_stop', complete: true, counts: true },
    steps: [
      { type: 'message', by: 'user', text: 'Hello.' },
      ...steps.map((call) => ({ type: 'call' as const, call, answer: null })),
      { type: 'message', by: 'agent', text: 'Done.' },
    ],
    recorded: 1,
    ...more,
  };
  return gradeRecorded({ domain, state, task, source, run, agent });
}

describe('a rollout that somebody else recorded', () => {
  it('becomes one of ours: what was said, each call run again, the end judged', async () => {
    const { rollout, verdict, recorded } = await grade(calls);
    expect(rollout.events.map(({ type }) => type)).toEqual([
      'user-message',
      ...calls.flatMap(() => ['tool-call', 'tool-result']),
      'agent-message',
      'rollout-end',
    ]);
    expect(rollout.events.map(({ index }) => index)).toEqual(rollout.events.map((_, i) => i));
    expect(rollout).toMatchObject({ trial: 2, agent, termination: 'user_stop' });
    expect(verdict).toMatchObject({ reward: 1, class: 'pass', diagnoses: [] });
    expect(recorded).toEqual({ reward: 1, difference: null });
  });

  it('is diagnosed as ours are, and explained where its reward is another', async () => {
    const { verdict, recorded } = await grade(calls.slice(0, -1));
    expect(verdict).toMatchObject({ reward: 0, class: 'fail' });
    expect(verdict.diagnoses.map(({ tag }) => tag)).toContain('missing write');
    expect(recorded.difference).toMatch(/^Recorded 1, computed 0: DB does not hold/);
  });

  it('that was cut off earns nothing, whatever it had done by then', async () => {
    const { rollout, verdict } = await grade(calls, { termination: 'max_steps', complete: false });
    expect(rollout.termination).toBe('max_turns');
    expect(verdict).toMatchObject({ reward: 0, class: 'fail' });
    expect(verdict.diagnoses[0]?.detail).toBe('It ended with max_steps.');
  });

  it('whose machinery failed is an error of nobody', async () => {
    const { rollout, verdict } = await grade([], { termination: 'timeout', complete: false, counts: false });
    expect(rollout.termination).toBe('network_error');
    expect(verdict).toMatchObject({ reward: null, class: 'error' });
  });

  it('on a task that no program can judge is not judged, never passed', async () => {
    const { verdict } = await grade(
      calls,
      {},
      { reward_basis: ['DB', 'NL_ASSERTION'], nl_assertions: ['Is kind.'] },
    );
    expect(verdict).toMatchObject({ reward: null, class: 'invalid' });
  });
});

describe("the lists of the method's own release", () => {
  const [last] = calls.slice(-1);
  if (last === undefined) throw new Error('no call');
  const listed = { tool_name: last.name, arguments: last.arguments };
  const withLists = (lists: object) => ({
    ...first,
    user_scenario: {
      ...first?.user_scenario,
      instructions: { ...first?.user_scenario.instructions, ...lists },
    },
    evaluation_criteria: { actions: [], communicate_info: [] },
  });
  const rewardOf = async (lists: object, steps: readonly ToolCall[]) => {
    const source = withLists(lists) as unknown as Json;
    const { tasks } = await importTau2Tasks({
      ...{ domain, state, database: ref, name: 'f', tasks: [source], first: 0 },
    });
    const [task] = tasks;
    if (task === undefined) throw new Error('refused');
    const run: RecordedRun = {
      ...{ task_id: '0', trial: 0, termination: 'user_stop', complete: true, counts: true, recorded: null },
      steps: steps.map((call) => ({ type: 'call', call, answer: null })),
    };
    const { verdict } = gradeRecorded({ domain, state, task, source, run, agent });
    return { reward: verdict.reward, task };
  };
  const read = calls[0] ?? last;

  it('forbid calls, and count without being named in the basis', async () => {
    const { task, reward } = await rewardOf({ actions_should_not_taken: [listed] }, []);
    expect(reward).toBe(1);
    expect(task.criteria.forbidden).toEqual([{ call: last, why: 'the task says so' }]);
    expect(task.criteria.basis).toContain('forbidden');
    expect((await rewardOf({ actions_should_not_taken: [listed] }, [last])).reward).toBe(0);
  });

  it.each(['actions_should_be_taken', 'actions_should_taken'])('demand calls, spelled %s', async (name) => {
    const demanded = { [name]: [{ tool_name: read.name, arguments: read.arguments }] };
    expect((await rewardOf(demanded, [read])).reward).toBe(1);
    const { reward, task } = await rewardOf(demanded, []);
    expect(reward).toBe(0);
    expect(task.criteria.required).toEqual([{ call: read, compare: null }]);
  });
});
