import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { accessibilityProblems } from '../../testing/axe.ts';
import Primitives from '../../testing/Primitives.svelte';
import '../styles/index.css';

test('every primitive is accessible in both themes', async () => {
  const screen = await render(Primitives);
  expect(await accessibilityProblems(screen.container)).toEqual([]);
});

test('a busy button keeps the focus', async () => {
  const screen = await render(Primitives);
  const busy = screen.getByRole('button', { name: 'Busy' });
  busy.element().focus();
  await expect.element(busy).toHaveFocus();
  await expect.element(busy).toHaveAttribute('aria-disabled', 'true');
});

test('tabs have one tab stop, and arrows move and select', async () => {
  const screen = await render(Primitives);
  const tab = (name: string) => screen.getByRole('tab', { name });
  await tab('One').click();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(tab('Two')).toHaveFocus();
  await expect.element(tab('Two')).toHaveAttribute('aria-selected', 'true');
  await expect.element(screen.getByRole('tabpanel')).toHaveTextContent('Panel two');
  await userEvent.keyboard('{End}{ArrowRight}');
  await expect.element(tab('One')).toHaveFocus();
  await expect.element(tab('Two')).toHaveAttribute('tabindex', '-1');
});

test('the state diff says what was expected, and each line leads to its call', async () => {
  const onevent = vi.fn();
  const screen = await render(Primitives, { onevent });
  const table = screen.getByRole('table', { name: 'End state: what was expected and what happened' });
  await expect
    .element(table.getByRole('row', { name: 'status pending cancelled unchanged Missing' }))
    .toBeVisible();
  await table
    .getByRole('button', { name: /the call that wrote status/ })
    .first()
    .click();
  expect(onevent).toHaveBeenCalledWith(12);
});

test('a blind state diff shows nothing of what was expected', async () => {
  const screen = await render(Primitives);
  const table = screen.getByRole('table', { name: 'What changed in the database' });
  await expect.element(table).toBeVisible();
  expect(table.element().textContent).not.toMatch(/Expected|Missing|Extra/);
});

test('a matrix cell says the rate, its interval, and what was left out', async () => {
  const screen = await render(Primitives);
  const row = screen.getByRole('row', { name: /Eager/ });
  await expect.element(row).toHaveTextContent(/0\.25.*0\.05–0\.60.*1 of 4, few trials,\s+2 left out/);
  await expect.element(row.getByText('Not run').first()).toBeVisible();
});

test('a number field refuses what is out of range and keeps the last good value', async () => {
  const onnumber = vi.fn();
  const screen = await render(Primitives, { onnumber });
  const field = screen.getByRole('spinbutton', { name: 'Count' });
  await field.fill('99');
  await userEvent.tab();
  await expect.element(screen.getByText('A number from 1 to 50, please.')).toBeVisible();
  await field.fill('12');
  await userEvent.tab();
  expect(onnumber.mock.calls).toEqual([[12]]);
});

test('a press on a column head sorts the rows', async () => {
  const screen = await render(Primitives);
  const table = screen.getByRole('table', { name: 'Records' });
  const ids = () =>
    table
      .getByRole('row')
      .elements()
      .slice(1)
      .map((row) => row.textContent.trim().charAt(0));
  expect(ids()).toEqual(['b', 'a']);
  await table.getByRole('button', { name: 'Id' }).click();
  expect(ids()).toEqual(['a', 'b']);
  await expect
    .element(table.getByRole('columnheader', { name: 'Id' }))
    .toHaveAttribute('aria-sort', 'ascending');
});

test('the stepper tells its place and moves by its buttons', async () => {
  const onstep = vi.fn();
  const screen = await render(Primitives, { onstep });
  await expect
    .element(screen.getByRole('slider', { name: 'event' }))
    .toHaveAttribute('aria-valuetext', 'event 3 of 5');
  await screen.getByRole('button', { name: 'Next event' }).click();
  expect(onstep).toHaveBeenCalledWith(3);
});

test('closed branches of a JSON tree are opened by a press', async () => {
  const screen = await render(Primitives);
  const branch = screen.getByRole('button', { name: /outer/ });
  await expect.element(branch).toHaveAttribute('aria-expanded', 'false');
  await branch.click();
  await expect.element(screen.getByRole('button', { name: /inner/ })).toBeVisible();
});
