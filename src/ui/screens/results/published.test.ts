import { expect, test } from 'vitest';
import { publishedFigures } from '#core/evaluate/index.ts';
import { TRIAL_VERSION, type TrialRow } from '../../../store/rows.ts';
import { besidePublished } from './published.ts';

const row = ({ agentId = 'a', ...over }: Partial<TrialRow> & { agentId?: string }): TrialRow => ({
  ...{
    version: TRIAL_VERSION,
    workspace: 'w',
    id: crypto.randomUUID(),
    run: 'r',
    createdAt: '2026-01-01T00:00:00.000Z',
  },
  ...{ task: 't', domain: 'retail', trial: 0, condition: 'general', class: 'pass', reward: 1 },
  ...{ termination: 'user_stop', tags: [], turns: 3, calls: 2, counts: {}, events: 9, bytes: 10 },
  agent: { id: agentId, title: agentId, kind: 'scripted' },
  ...over,
});

test('own lines of plain tasks stand beside the published ones of that domain', () => {
  const [beside, ...more] = besidePublished([
    row({ trial: 0 }),
    row({ trial: 1, class: 'fail' }),
    row({ condition: 'ambiguous', class: 'fail' }),
    row({ domain: 'telecom' }),
    row({ agentId: 'b', class: 'error' }),
  ]);
  expect(more).toEqual([]);
  expect(beside?.domain).toBe('retail');
  const own = beside?.lines.filter(({ published }) => published !== true);
  expect(own).toEqual([{ id: 'a', title: 'a', values: [0.5, 0] }]);
  expect(beside?.lines.length).toBe(1 + publishedFigures.filter(({ domain }) => domain === 'retail').length);
  expect(beside?.most).toBe(4);
});

test('without a plain task that was judged there is nothing to put beside', () => {
  expect(besidePublished([])).toEqual([]);
  expect(besidePublished([row({ condition: 'changing' }), row({ class: 'error' })])).toEqual([]);
  expect(besidePublished([row({ domain: 'assistant' })])).toEqual([]);
});

test('every published figure has its source, and pass^k never rises with k', () => {
  for (const { passHat, source } of publishedFigures) {
    expect(source.url).toMatch(/^https:/);
    expect([...passHat].toSorted((a, b) => b - a)).toEqual(passHat);
  }
});
