import { expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { seedState, type JsonObject } from '../environment/index.ts';
import { reviewMarkdown, summarizeReview } from './report.ts';
import { reviewTau2Tasks, type Review } from './review.ts';

const state = seedState(library, 'review', 10);
const database = { kind: 'seed', domain: 'library', seed: 'review', size: 10 } as const;
const [loan = ''] = state.ids('loans').filter((id) => state.get('loans', id)?.['renewed'] === false);
const member = state.get('loans', loan)?.['card'] as string;
const find = {
  name: 'find_member',
  arguments: { card: member, name: state.get('members', member)?.['name'] },
};
const renew = { name: 'renew_loan', arguments: { loan } };

const task = (id: string, criteria: JsonObject | null, text = `Please renew loan ${loan}.`) => ({
  id,
  user_scenario: { instructions: text },
  evaluation_criteria: criteria,
});
const actions = (...calls: readonly object[]) => ({
  actions: calls.map((call, i) => ({ action_id: String(i), ...call })),
  reward_basis: ['DB', 'COMMUNICATE'],
});
async function reviewed(...tasks: readonly unknown[]): Promise<Review[]> {
  const found: Review[] = [];
  const input = { domain: library, state, database, name: 'tasks.json', tasks, first: 0 };
  for await (const review of reviewTau2Tasks(input)) found.push(review);
  return found;
}
const one = async (value: unknown) => (await reviewed(value))[0] as Review;
const checks = ({ findings }: Review) => findings.map(({ check }) => check);

it('finds nothing against a sound task', async () => {
  const sound = await one(task('1', actions(find, renew)));
  expect(sound.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(sound.passed_by).toEqual([]);
});

it('says who passes a task in which nothing has to change', async () => {
  const idle = await one(task('1', actions(find)));
  expect(idle.passed_by).toEqual(['null', 'always-transfer', 'always-refuse']);
  expect(checks(idle)).toContain('G4');
});

it('says what has to be told counts, though nothing changes', async () => {
  const told = { ...actions(find), communicate_info: ['2026-06-17'] };
  const answered = await one(task('1', told, 'When is my book due?'));
  expect(answered.passed_by).toEqual([]);
});

it('finds references that fail, break a rule, or name what nobody has', async () => {
  const twice = await one(task('1', actions(find, renew, renew)));
  expect(checks(twice)).toContain('G1');
  const closed = { name: 'change_branch', arguments: { loan, branch: 'Hilltop' } };
  expect(checks(await one(task('1', actions(find, closed) as JsonObject)))).toContain('G3');
  const foreign = await one(task('1', actions(find, { name: 'fly', arguments: {} })));
  expect(foreign.findings[0]).toMatchObject({ check: 'G1', severity: 'error' });
  // The rest of it changes nothing.
  expect(foreign.passed_by).toContain('null');
});

it('finds rewards without content, and does not judge what it cannot', async () => {
  const empty = await one(task('1', null));
  expect(checks(empty)).toContain('E2');
  expect(empty.passed_by).toHaveLength(3);
  const prose = { reward_basis: ['DB', 'NL_ASSERTION'], ...{ nl_assertions: ['The agent is kind.'] } };
  const partly = await one(task('1', { ...actions(find), ...prose }));
  expect(partly.passed_by).toEqual([]);
  expect(partly.findings.at(-1)).toMatchObject({ check: 'E2', severity: 'warning' });
});

it('drops nothing: what cannot be read says so, and an id that comes twice is found', async () => {
  const sound = task('7', actions(find, renew));
  const reviews = await reviewed(sound, { id: '8' }, 5, sound);
  expect(reviews.map(({ task_id }) => task_id)).toEqual(['7', '8', 'number 3', '7']);
  expect(reviews.map((review) => checks(review)[0])).toEqual([undefined, 'format', 'format', 'id']);
});

it('is told as Markdown, in which text from a file is no markup', async () => {
  const reviews = await reviewed(task('<b>#1</b>\n## x', actions(find)));
  const text = reviewMarkdown('tasks.json', reviews);
  expect(text).toContain('1 tasks: 0 without findings, 1 with errors.');
  expect(text).not.toMatch(/^## x|<b>/m);
  expect(summarizeReview(reviews)).toMatchObject({ tasks: 1, passed_by: { null: 1 } });
});

it('ends when it is told to', async () => {
  const input = { domain: library, state, database, name: 'tasks.json', tasks: [5], first: 0 };
  await expect(reviewTau2Tasks(input, AbortSignal.abort()).next()).rejects.toThrow();
});
