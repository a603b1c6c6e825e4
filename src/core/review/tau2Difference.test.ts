import { describe, expect, it } from 'vitest';
import { seedState, type ToolCall } from '../environment/index.ts';
import { findDomain } from '#domains/index.ts';
import type { RecordedRun, Tau2Criteria } from '../interchange/index.ts';
import { explainDifference } from './tau2Difference.ts';
import { judgeTau2 } from './tau2Judge.ts';

const found = findDomain('library');
if (found === undefined) throw new Error('no library');
const domain = found;
const initial = seedState(domain, 'difference', 10);
const [loan = ''] = initial.ids('loans');
const branch = initial.get('loans', loan)?.['branch'] === 'Central' ? 'Northside' : 'Central';
const move: ToolCall = { name: 'change_branch', arguments: { loan, branch } };

const criteria: Tau2Criteria = {
  environment: { id: '1' },
  actions: [{ call: move, compare: null }],
  say: ['1200'],
  assertions: [],
  lists: { prohibited: [], required: [] },
  prose: 0,
  basis: ['DB', 'COMMUNICATE'],
};
const perfect: RecordedRun = {
  task_id: '1',
  trial: 0,
  termination: 'user_stop',
  complete: true,
  counts: true,
  steps: [
    { type: 'call', call: move, answer: null },
    { type: 'message', by: 'agent', text: 'That is 1,200.' },
  ],
  recorded: 0,
};
const explain = (run: RecordedRun, wanted = criteria) =>
  explainDifference(domain, initial, wanted, run, judgeTau2(domain, initial, wanted, run));

describe('the difference between a recorded reward and ours', () => {
  it('is nothing when they agree, or when none is recorded', () => {
    expect(explain({ ...perfect, recorded: 1 })).toBeNull();
    expect(explain({ ...perfect, recorded: null })).toBeNull();
  });

  it('names the rows and the words that are missing here', () => {
    const text = explain({ ...perfect, recorded: 1, steps: [] });
    expect(text).toContain('Recorded 1, computed 0: DB does not hold: loans');
    expect(text).toContain(`loans ${loan} branch is`);
    expect(text).toContain(`instead of ${branch}; COMMUNICATE does not hold: "1200" had to be said`);
  });

  it('names the first call that was answered otherwise, but no field that only one side has', () => {
    const row = { ...domain.schema.parse(initial.toDatabase()).loans?.[loan], branch };
    const answered = (answer: string) =>
      explain({
        ...perfect,
        steps: perfect.steps.map((step) => (step.type === 'call' ? { ...step, answer } : step)),
      });
    const recorded = (answer: object) => answered(JSON.stringify(answer));
    expect(recorded({ branch })).toBe(
      'Recorded 0, computed 1: every component holds here; every recorded answer agrees with the environment.',
    );
    expect(recorded({ ...row, note: 1 })).toContain('every recorded answer agrees');
    expect(recorded({ ...row, branch: 'Riverside' })).toContain(
      `call 1, change_branch, was answered with branch Riverside, here ${branch}`,
    );
    expect(answered('Error: no such loan')).toContain(
      'call 1, change_branch, was answered Error: no such loan, here {',
    );
  });

  it('says that a run was cut off, failed, or cannot be judged', () => {
    expect(explain({ ...perfect, recorded: 1, complete: false, termination: 'max_steps' })).toContain(
      'it ended with max_steps before the user or the agent was done',
    );
    expect(explain({ ...perfect, counts: false, termination: 'timeout' })).toContain(
      'computed nothing: it ended with timeout, which says nothing about the agent',
    );
    const spoken = { ...criteria, basis: ['NL_ASSERTION'], prose: 1 };
    expect(explain(perfect, spoken)).toContain('NL_ASSERTION cannot be judged by a program');
  });
});
