import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { RolloutEvent } from '#core/rollout/index.ts';
import { accessibilityProblems } from '../../../testing/axe.ts';
import {
  fixtureDomain,
  fixtureRollout,
  fixtureRows,
  fixtureTask,
  fixtureVerdict,
} from '../../../testing/fixtures/trace.ts';
import '../../styles/index.css';
import { TraceState } from './TraceState.svelte.ts';
import TraceView from './TraceView.svelte';
import type { TraceData } from './traceData.ts';

const tables: Readonly<Record<string, Readonly<Record<string, object>>>> = fixtureRows;
const data: TraceData = {
  task: fixtureTask,
  rollout: fixtureRollout,
  verdict: fixtureVerdict,
  initial: { get: (table, id) => tables[table]?.[id] as ReturnType<TraceData['initial']['get']> },
  domain: fixtureDomain,
  recorded: false,
};

beforeEach(() => page.viewport(1440, 900));

async function open(at = 0, from: TraceData = data, singleKeys = true) {
  const trace = new TraceState(from, { at });
  const screen = await render(TraceView, {
    trace,
    back: '#/results',
    onshare: () => undefined,
    singleKeys,
  });
  return { trace, screen };
}

test.each([
  ['in columns', 1440],
  ['in tabs', 390],
])('the trace is accessible %s, in both themes', async (_, width) => {
  await page.viewport(width, 900);
  const { screen } = await open(12);
  expect(await accessibilityProblems(screen.container)).toEqual([]);
});

test.each(['Checks', 'Intent', 'Policy', 'Raw'])('the tab %s is accessible', async (name) => {
  const { screen } = await open(13);
  await screen.getByRole('tab', { name }).click();
  expect(await accessibilityProblems(screen.getByRole('tabpanel').element())).toEqual([]);
});

test('arrows move the transcript, the timeline, the database and the address together', async () => {
  const { trace, screen } = await open(12);
  const database = screen.getByRole('region', { name: 'Database' });
  await expect.element(database).not.toHaveTextContent('cancelled');
  await userEvent.keyboard('{ArrowRight}');
  expect(trace.at).toBe(13);
  await expect.element(database).toHaveTextContent(/status\s*pending\s*→\s*cancelled/);
  await expect.element(screen.getByRole('slider')).toHaveAttribute('aria-valuetext', 'event 14 of 18');
  const events = screen.getByRole('region', { name: 'Events' });
  await expect.element(events.getByRole('button', { name: /^14/ })).toHaveAttribute('aria-current', 'step');
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  expect(trace.at).toBe(11);
});

test('F goes to what the verdict holds against the agent, D to the state diff, / to the search', async () => {
  const { trace, screen } = await open();
  await screen.getByRole('tab', { name: 'Intent' }).click();
  screen.getByRole('tab', { name: 'Intent' }).element().blur?.();
  await userEvent.keyboard('f');
  expect(trace.at).toBe(12);
  await userEvent.keyboard('d');
  await expect
    .element(screen.getByRole('tab', { name: /State diff/ }))
    .toHaveAttribute('aria-selected', 'true');
  await userEvent.keyboard('/');
  await expect.element(screen.getByRole('searchbox')).toHaveFocus();
  await userEvent.keyboard('refund{Enter}');
  expect(trace.at).toBe(14);
});

test('single keys do nothing where they are turned off, and arrows still do', async () => {
  const { trace, screen } = await open(0, data, false);
  await userEvent.keyboard('f/');
  expect(trace.at).toBe(0);
  await expect.element(screen.getByRole('searchbox')).not.toHaveFocus();
  expect(screen.container.querySelectorAll('header kbd')).toHaveLength(0);
  await userEvent.keyboard('{ArrowRight}');
  expect(trace.at).toBe(1);
});

test('the agent view shows no expected state, no checks, no hidden acts and no verdict', async () => {
  const { screen } = await open(17);
  await screen.getByText('Agent sees').click();
  expect(screen.container.textContent).not.toMatch(
    /Fail|guessed|Broke|Wants another value|tells the reason|Missing/i,
  );
  await screen.getByRole('tab', { name: 'Checks' }).click();
  await expect.element(screen.getByText('Hidden in this view')).toBeVisible();
  await screen.getByRole('tab', { name: 'Intent' }).click();
  await expect.element(screen.getByRole('tabpanel')).not.toHaveTextContent('desk lamp');
  await screen.getByRole('tab', { name: 'Raw' }).click();
  await expect.element(screen.getByRole('tabpanel')).not.toHaveTextContent('acts');
});

test('the intent tells what was said vaguely, what is held back, and when the goal changed', async () => {
  const { trace, screen } = await open(0);
  await screen.getByRole('tab', { name: 'Intent' }).click();
  const panel = screen.getByRole('tabpanel');
  await expect.element(panel).toHaveTextContent(/said vaguely/);
  await expect.element(panel).toHaveTextContent('holds: order #W2611340 (Desk Lamp, Bookshelf)');
  await expect.element(panel).toHaveTextContent(/Waits: fires when the agent asks to confirm/);
  trace.go(10);
  await expect.element(panel).toHaveTextContent(/Fired when the agent asks to confirm/);
  await expect.element(panel).toHaveTextContent('I ordered it by mistake');
});

test('a rule that was broken is marked in the policy', async () => {
  const { screen } = await open(13);
  await screen.getByRole('tab', { name: 'Policy' }).click();
  await expect.element(screen.getByRole('button', { name: 'broken in event 14' })).toBeVisible();
});

test('200 events move, each to its own place', async () => {
  const events = Array.from({ length: 200 }, (_, index): RolloutEvent => {
    const source = fixtureRollout.events[index % 10];
    return source?.type === 'tool-result'
      ? { ...source, index, call: index - 1 }
      : { ...(source ?? { type: 'tool-call', call: { name: 'none', arguments: {} } }), index };
  });
  const { trace } = await open(0, { ...data, rollout: { ...fixtureRollout, events } });
  await new Promise(requestAnimationFrame);
  const times: number[] = [];
  for (let at = 1; at < 60; at += 1) {
    const before = performance.now();
    await userEventFreeStep(trace);
    times.push(performance.now() - before);
  }
  // A figure to read, not a bound: machines that build are busy.
  console.log(`slowest of ${times.length} steps: ${Math.max(...times.slice(5)).toFixed(0)} ms`);
  expect(trace.at).toBe(times.length);
});

/** One step with everything that follows from it rendered, without the test driver's own delay. */
async function userEventFreeStep(trace: TraceState): Promise<void> {
  trace.step(1);
  await new Promise((resolve) => setTimeout(resolve));
  document.body.getBoundingClientRect();
}
