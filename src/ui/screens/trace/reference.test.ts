import { describe, expect, it } from 'vitest';
import { fileRef, parseDatabase, State } from '#core/environment/index.ts';
import { importTau2Tasks } from '#core/interchange/index.ts';
import { retail } from '#domains/retail/index.ts';
import { tau2Database, tau2Tasks } from '../../../testing/tau2Files.ts';
import { replayReference } from './reference.ts';

const db = tau2Database();
const database = parseDatabase(retail, JSON.parse(JSON.stringify(db)), 'db.json');
const state = State.of(database);
const ref = fileRef(retail, 'db.json', database);
const input = { domain: retail, state, database: ref, name: 'tasks.json', tasks: tau2Tasks(db), first: 0 };

async function replayed(id: string) {
  const { tasks } = await importTau2Tasks(input);
  const task = tasks.find(({ provenance }) => provenance.trajectory === `tasks.json#${id}`);
  if (task === undefined) throw new Error(`no task ${id}`);
  return { task, ...replayReference(retail, state, task) };
}

describe('the replay of a reference', () => {
  it('shows each call with its answer and the rows that it changed', async () => {
    const { task, rollout, verdict } = await replayed('0');
    const calls = rollout.events.flatMap((event) => (event.type === 'tool-call' ? [event.call.name] : []));
    expect(calls).toEqual(['find_user_id_by_email', 'get_order_details', 'cancel_pending_order']);
    const results = rollout.events.filter((event) => event.type === 'tool-result');
    expect(results.map(({ call, index, ok }) => [index - call, ok])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ]);
    expect(results.map(({ changed }) => 'orders' in changed)).toEqual([false, false, true]);
    expect(results.at(-1)?.changed).toEqual(task.criteria.endStates[0]);
    expect(verdict.class).toBe('pass');
    expect(rollout.events.map(({ index }) => index)).toEqual(rollout.events.map((_, i) => i));
  });

  it('shows errors, and says of a task that is not certified that it proves nothing', async () => {
    const { rollout, verdict } = await replayed('4');
    const [result] = rollout.events.filter((event) => event.type === 'tool-result');
    expect(result).toMatchObject({ ok: false, content: expect.stringMatching(/^Error: /) as string });
    expect(verdict.class).toBe('invalid');
  });

  it('takes the user for known and their yes for given, and still sees other rules broken', async () => {
    const broken = async (id: string) =>
      (await replayed(id)).rollout.events.flatMap((event) =>
        event.type === 'tool-result' ? event.broke.map(({ rule }) => rule) : [],
      );
    expect(await broken('1')).toEqual([]);
    expect(await broken('4')).toContain('order.exists');
  });
});
