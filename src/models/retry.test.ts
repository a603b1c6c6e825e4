import { describe, expect, it } from 'vitest';
import { ask, ModelError, type LanguageModel, type ModelEvent } from '#core/model/index.ts';
import { request } from '../testing/modelContract.ts';
import { manualClock, scripted } from '../testing/scriptedModel.ts';
import { Budget, costOf, withBudget } from './budget.ts';
import { Gate, withGate } from './gate.ts';
import { defaultRetries, withRetries } from './retry.ts';

const rate = (retryAfter: number | null) =>
  new ModelError('rate', 'Too many.', '', { status: 429, retryAfter });

async function eventsOf(model: LanguageModel): Promise<ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const event of model.stream(request())) all.push(event);
  return all;
}

describe('withRetries', () => {
  it('waits as long as the server says, then begins anew', async () => {
    const clock = manualClock();
    const model = withRetries(scripted([rate(1500), { text: 'ok' }]), defaultRetries, clock, () => 0);
    const events = await eventsOf(model);
    expect(events[0]).toMatchObject({ type: 'retry', attempt: 1, wait: 1500 });
    expect(events.at(-1)).toMatchObject({ reply: { text: 'ok' } });
    expect(clock.slept).toEqual([1500]);
  });

  it('doubles its waits, with jitter, and ends', async () => {
    const clock = manualClock();
    const model = withRetries(
      scripted(Array.from({ length: 9 }, () => rate(null))),
      defaultRetries,
      clock,
      () => 0.5,
    );
    await expect(eventsOf(model)).rejects.toMatchObject({ kind: 'rate' });
    expect(clock.slept).toEqual([750, 1500, 3000, 6000]);
  });

  it('does not try again what cannot succeed, or must wait too long', async () => {
    const clock = manualClock();
    const wrong = withRetries(scripted([new ModelError('key', 'No.', '')]), defaultRetries, clock, () => 0);
    await expect(eventsOf(wrong)).rejects.toMatchObject({ kind: 'key' });
    const late = withRetries(scripted([rate(3_600_000)]), defaultRetries, clock, () => 0);
    await expect(eventsOf(late)).rejects.toMatchObject({ kind: 'rate' });
    expect(clock.slept).toEqual([]);
  });
});

describe('Gate', () => {
  it('lets so many in at once, in order, and forgets those who left the queue', async () => {
    const gate = new Gate({ atOnce: 2, perMinute: null }, manualClock());
    const leaves = [await gate.enter(), await gate.enter()];
    const order: string[] = [];
    const gone = new AbortController();
    const waiting = [
      gate.enter(gone.signal).catch(() => order.push('gone')),
      gate.enter().then((leave) => (order.push('third'), leave)),
    ];
    gone.abort(new Error('no longer'));
    leaves[0]?.();
    await Promise.all(waiting);
    expect(order).toEqual(['gone', 'third']);
    expect(gate.underWay).toBe(2);
  });

  it('keeps to a number per minute', async () => {
    const clock = manualClock();
    const gate = new Gate({ atOnce: 9, perMinute: 2 }, clock);
    for (let i = 0; i < 5; i += 1) (await gate.enter())();
    expect(clock.now()).toBeGreaterThanOrEqual(120_000);
  });

  it('holds everybody back when the provider said so', async () => {
    const clock = manualClock();
    const gate = new Gate({ atOnce: 4, perMinute: null }, clock);
    const model = withGate(scripted([rate(9000), { text: 'ok' }]), gate);
    await expect(eventsOf(model)).rejects.toThrow('Too many');
    await eventsOf(model);
    expect(clock.slept).toEqual([9000]);
    expect(gate.underWay).toBe(0);
  });

  it('gives a turn back that was ended while it waited', async () => {
    const clock = manualClock();
    const gate = new Gate({ atOnce: 1, perMinute: null }, clock);
    gate.close(5000);
    const stopped = new AbortController();
    stopped.abort(new Error('stop'));
    await expect(gate.enter(stopped.signal)).rejects.toThrow('stop');
    (await gate.enter())();
    expect(gate.underWay).toBe(0);
  });
});

describe('Budget', () => {
  it('does not call free what has no price', async () => {
    const budget = new Budget({ calls: null, tokens: null, dollars: 1 });
    await ask(withBudget(scripted([{ text: 'a' }]), budget, null), request());
    expect(budget.spent).toMatchObject({ calls: 1, dollars: 0, unpriced: 1 });
  });

  const price = { prompt: 2, cached: 0.5, reply: 10 };

  it('counts cached tokens at their own price', () => {
    expect(costOf({ prompt: 1_000_000, cached: 400_000, reply: 100_000 }, price)).toBeCloseTo(1.2 + 0.2 + 1);
  });

  it('lets nothing begin once a limit is reached', async () => {
    const budget = new Budget({ calls: 2, tokens: null, dollars: null });
    const model = withBudget(scripted([{ text: 'a' }, { text: 'b' }, { text: 'c' }]), budget, price);
    await ask(model, request());
    await ask(model, request());
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'budget' });
    expect(budget.spent).toMatchObject({ calls: 2, prompt: 200, reply: 20, estimated: 0 });
  });

  it('counts calls when they begin, so that many at once do not pass the limit together', async () => {
    const budget = new Budget({ calls: 3, tokens: null, dollars: null });
    const model = withBudget(
      scripted(() => ({ text: 'a' })),
      budget,
      price,
    );
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => ask(model, request())));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(budget.spent.calls).toBe(3);
  });

  it('goes on from what was spent before', async () => {
    const spent = { calls: 2, prompt: 10, cached: 0, reply: 5, dollars: 0.5, estimated: 0, unpriced: 0 };
    const budget = new Budget({ calls: 3, tokens: null, dollars: null }, undefined, spent);
    const model = withBudget(
      scripted(() => ({ text: 'a' })),
      budget,
      price,
    );
    await ask(model, request());
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'budget' });
    expect(budget.spent).toMatchObject({ calls: 3, prompt: 110 });
  });

  it('counts what failed and what told no usage, as an estimate', async () => {
    const budget = new Budget({ calls: null, tokens: 10, dollars: null });
    const model = withBudget(scripted([rate(1), { text: 'a', usage: null }]), budget, price);
    await expect(ask(model, request())).rejects.toThrow();
    expect(budget.spent).toMatchObject({ estimated: 1, unpriced: 0 });
    expect(budget.spent.prompt).toBeGreaterThan(10);
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'budget' });
  });
});
