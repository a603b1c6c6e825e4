import { describe, expect, it } from 'vitest';
import { fileRef, parseDatabase, State } from '#core/environment/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { retail } from '#domains/retail/index.ts';
import { tau2Database, tau2Tasks } from '../../testing/tau2Files.ts';
import { gzip } from './gzip.ts';
import { importTau2Tasks } from './importTau2.ts';

const db = tau2Database();
const database = parseDatabase(retail, JSON.parse(JSON.stringify(db)), 'db.json');
const ref = fileRef(retail, 'db.json', database);
const state = State.of(database);
const given = tau2Tasks(db);

const imported = (tasks: readonly unknown[], first = 0) =>
  importTau2Tasks({ domain: retail, state, database: ref, name: 'tasks.json', tasks, first });
type Source = (typeof given)[number];
const changed = (at: number, change: (task: Source) => object): unknown => {
  const task = given[at];
  if (task === undefined) throw new Error(`no task ${at}`);
  return { ...task, ...change(task) };
};
const criteria = (at: number, more: object) =>
  changed(at, (task) => ({ evaluation_criteria: { ...task.evaluation_criteria, ...more } }));

describe('importing tau2 tasks', () => {
  it('keeps every task that can be run, and says of each whether it is certified', async () => {
    const { tasks, refused } = await imported(given);
    expect(refused).toEqual([]);
    expect(tasks.map(({ provenance, certificate }) => [provenance.trajectory, certificate.accepted])).toEqual(
      [
        ['tasks.json#0', true],
        ['tasks.json#1', true],
        ['tasks.json#2', true],
        ['tasks.json#3', false],
        ['tasks.json#4', false],
      ],
    );
    const why = (at: number) =>
      tasks[at]?.certificate.checks
        .filter(({ status }) => status === 'failed' || status === 'warned')
        .map(({ id, evidence }) => `${id} ${evidence}`);
    expect(why(2)).toEqual([
      expect.stringMatching(/^G1 A lookup fails \(find_user_id_by_email: Error: User not found\)/),
    ]);
    expect(why(3)).toContainEqual(expect.stringMatching(/^E1 Doing nothing passes/));
    expect(why(4)).toContainEqual(expect.stringMatching(/^G1 cancel_pending_order returned: Error/));
  });

  it('finds out whose task it is: by the lookup, else by the owner of the first record named', async () => {
    const { tasks } = await imported(given);
    const owner = (id: unknown) => db.orders[String(id)]?.user_id;
    const orderOf = (at: number, action: number) =>
      given[at]?.evaluation_criteria.actions[action] as { arguments: { order_id: string } };
    expect(tasks[0]?.program.userId).toBe(owner(orderOf(0, 1).arguments.order_id));
    expect(tasks[1]?.program.userId).toBe(owner(orderOf(1, 0).arguments.order_id));
    expect(tasks[4]?.program.userId).toBe('');
  });

  it('tells what of the source is not judged, and only what its reward depends on', async () => {
    const { tasks } = await imported([
      given[2],
      criteria(2, { reward_basis: ['DB'] }),
      criteria(0, { communicate_info: ['12.50'], reward_basis: ['DB', 'COMMUNICATE'] }),
      criteria(0, { communicate_info: ['12.50'] }),
    ]);
    expect(tasks.map((task) => task.criteria.unjudged)).toEqual([
      ['assertion in natural language: The agent apologises.'],
      undefined,
      undefined,
      undefined,
    ]);
    expect(tasks.map((task) => task.criteria.basis)).toEqual([
      ['state'],
      ['state'],
      ['state', 'communicate'],
      ['state'],
    ]);
  });

  it('does not take a task without reference actions for one where nothing may change', async () => {
    const { tasks } = await imported([criteria(0, { actions: null }), criteria(0, { actions: [] })]);
    expect(tasks.map((task) => task.criteria.endStates)).toEqual([[], [{}]]);
    expect(tasks.map(({ certificate }) => certificate.accepted)).toEqual([false, false]);
  });

  it.each([
    ['a row that is no task', { id: 'x' }, 'x', /not a task: at user_scenario/],
    ['a row without an id', 17, 'number 8', /not a task: at the top level/],
    [
      'an unknown tool',
      criteria(0, { actions: [{ name: 'book_flight', arguments: {} }] }),
      '0',
      /names the tool "book_flight", which the Retail domain does not have/,
    ],
    [
      'another domain',
      changed(0, (task) => ({
        user_scenario: { instructions: { ...task.user_scenario.instructions, domain: 'airline' } },
      })),
      '0',
      /says that it is of the domain "airline", not Retail/,
    ],
    [
      'tools of the user',
      criteria(0, { actions: [{ name: 'reboot', requestor: 'user', arguments: {} }] }),
      '0',
      /its user calls a tool, "reboot"/,
    ],
    [
      'a state of its own',
      changed(0, () => ({ initial_state: { initialization_data: { agent_data: { orders: {} } } } })),
      '0',
      /starts from a state of its own \(initialization_data\)/,
    ],
    [
      'a reward that nothing here can judge',
      criteria(0, { reward_basis: ['NL_ASSERTION'] }),
      '0',
      /its reward is NL_ASSERTION alone/,
    ],
  ])('refuses %s with the reason', async (_, task, id, reason) => {
    const { tasks, refused } = await imported([task], 7);
    expect(tasks).toEqual([]);
    expect(refused).toEqual([{ task: id, reason: expect.stringMatching(reason) as string }]);
  });

  it('gives the same task the same id, and another one on another database', async () => {
    const { tasks } = await imported(given);
    expect((await imported(given)).tasks.map(({ id }) => id)).toEqual(tasks.map(({ id }) => id));
    const other = { ...ref, digest: 'other' };
    const input = { domain: retail, state, database: other, name: 'tasks.json', tasks: given, first: 0 };
    const elsewhere = await importTau2Tasks(input);
    expect(elsewhere.tasks[0]?.id).not.toBe(tasks[0]?.id);
  });
});

describe('imported tasks in the pipeline', () => {
  it('are served: the oracle passes, null fails, and a task that was not certified gives no verdict', async () => {
    const runner = createRunner([retail]);
    const packed = await gzip(new TextEncoder().encode(JSON.stringify(database)));
    await runner.run({ type: 'load', ref, database: packed, policy: 'Be kind.' });
    const { tasks } = await runner.run({
      type: 'import',
      database: ref,
      name: 'tasks.json',
      tasks: given,
      first: 0,
    });
    const items = tasks.flatMap((task) => ['oracle', 'null'].map((agent) => ({ task, agent, trial: 0 })));
    const { rollouts } = await runner.run({ type: 'rollout', seed: '1', items });
    expect(rollouts.map(({ verdict }) => verdict.class)).toEqual([
      ...['pass', 'fail', 'pass', 'fail', 'pass', 'fail'],
      ...['invalid', 'invalid', 'invalid', 'invalid'],
    ]);
    const broken = rollouts.flatMap(({ rollout }) =>
      rollout.events.flatMap((event) => (event.type === 'tool-result' ? event.broke : [])),
    );
    // Nobody can confirm to prose, so only rules that the database decides are left.
    expect(broken.map(({ rule }) => rule)).toEqual(['order.exists']);
  });

  it('can be asked for the rows of their database piece by piece', async () => {
    const runner = createRunner([retail]);
    await runner.run({ type: 'load', ref, database });
    const rows: object[] = [];
    for (let from = 0; ; from += 7) {
      const page = await runner.run({ type: 'rows', database: ref, table: 'orders', from, count: 7 });
      rows.push(...Object.values(page.rows));
      if (rows.length === page.total) break;
    }
    expect(rows).toEqual(Object.values(database.orders ?? {}));
  });
});
