import { expect, it } from 'vitest';
import { estimate } from './modelEstimate.ts';

const price = { prompt: 1, cached: 0.1, reply: 4 };
const tasks = [
  { calls: 4, system: 2000 },
  { calls: 6, system: 2000 },
];
const alone = { tasks, trials: 1, agents: [{ price }], scripted: 0, user: null };

it('counts a call per step and message, and the whole conversation each time', () => {
  const { calls, prompt, reply, dollars } = estimate(alone);
  expect(calls).toBe(18);
  expect(prompt).toBe(18 * 2000 + 250 * (36 + 55));
  expect(dollars).toBeCloseTo((prompt + 4 * reply) / 1e6, 10);
});

it('grows with trials, agents and a model that speaks for the user', () => {
  const one = estimate(alone);
  expect(estimate({ ...alone, trials: 3 }).calls).toBe(3 * one.calls);
  expect(estimate({ ...alone, agents: [{ price }, { price }] }).prompt).toBe(2 * one.prompt);
  expect(estimate({ ...alone, user: { price } }).calls).toBe(one.calls + 2 * 8);
  expect(estimate({ ...alone, agents: [], scripted: 3, user: { price } }).calls).toBe(2 * 12);
});

it('says no sum when a price is missing, and nothing where no model takes part', () => {
  expect(estimate({ ...alone, agents: [{ price }, { price: null }] }).dollars).toBeNull();
  expect(estimate({ ...alone, agents: [], scripted: 4 })).toEqual({
    calls: 0,
    prompt: 0,
    reply: 0,
    dollars: 0,
  });
});
