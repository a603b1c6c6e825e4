import { expect, it } from 'vitest';
import { estimate, secondsOf } from './modelEstimate.ts';

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
    loads: [],
    dollars: 0,
  });
});

it('takes as long as its models do, shared among the rollouts at the same time', () => {
  const { loads } = estimate({ ...alone, user: { price } });
  expect(loads).toHaveLength(2);
  const speed = { perRequest: 10, perPromptToken: 1, perReplyToken: 5 };
  expect(secondsOf(loads, [speed, null], 1)).toBeNull();
  const [agent, user] = loads;
  const of = (load: typeof agent, tokens: number) =>
    ((load?.calls ?? 0) * 10 + tokens + (load?.reply ?? 0) * 5) / 1000;
  const [least, most] = secondsOf(loads, [speed, speed], 1) ?? [0, 0];
  expect(least).toBeCloseTo(of(agent, agent?.fresh ?? 0) + of(user, user?.fresh ?? 0), 6);
  expect(most).toBeCloseTo(of(agent, agent?.prompt ?? 0) + of(user, user?.prompt ?? 0), 6);
  expect(agent?.fresh).toBe(2 * 2000 + 250 * 18);
  expect(secondsOf(loads, [speed, speed], 4)?.[1]).toBeCloseTo(most / 4, 6);
});
