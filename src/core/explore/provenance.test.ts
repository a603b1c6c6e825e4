import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineDomain, State, toolsFor } from '../environment/index.ts';
import { execute } from './record.ts';
import { explain } from './provenance.ts';

type Db = { members: Record<string, { id: string; fee: number; paid: number }> };
const tool = toolsFor<Db>();
const domain = defineDomain<Db>({
  id: 'club',
  title: 'Club',
  description: 'Members pay fees.',
  policy: '',
  schema: z.strictObject({
    members: z.record(z.string(), z.object({ id: z.string(), fee: z.number(), paid: z.number() })),
  }),
  seed: () => ({ members: {} }),
  defaultSize: 1,
  identity: {
    table: 'members',
    facts: (_db, id) => ({ id }),
    ways: [{ tool: 'get_member', idField: 'id', arguments: { id: 'id' }, phrase: ['{id}'] }],
  },
  tools: [
    tool({
      name: 'get_member',
      description: 'A member.',
      kind: 'read',
      parameters: z.strictObject({ id: z.string() }),
      execute: (db, { id }) => db.get('members', id) ?? null,
    }),
    tool({
      name: 'pay',
      description: 'Pays for months.',
      kind: 'write',
      parameters: z.strictObject({ id: z.string(), months: z.number(), payments: z.array(z.number()) }),
      execute: (db, { id, payments }) =>
        db.update('members', id, (row) => void (row.paid += payments.reduce((sum, one) => sum + one, 0))),
      computed: (db, { id, months }) => ({ 'payments.0': months * (db.get('members', id)?.fee ?? 0) }),
    }),
  ],
  rules: [],
  intents: [],
  owner: (_db, { id }) => id,
  responses: { capability: 'refuse', rule: 'refuse' },
  columns: { members: ['fee'] },
});

const state = State.of({ members: { ann: { id: 'ann', fee: 12, paid: 0 } } });
const said = { identity: { id: 'ann' }, requests: [{ id: 'r1', mentioned: { months: { months: 3 } } }] };
const sources = (payments: number[]) => {
  const calls = [
    { name: 'get_member', arguments: { id: 'ann' } },
    { name: 'pay', arguments: { id: 'ann', months: 3, payments } },
  ].map((call) => ({ call, request: null }));
  return explain(domain, said, execute(domain, state, calls).executed)[1];
};

describe('where arguments come from', () => {
  it('takes a number for computed when it is what the tool computes', () => {
    expect(sources([36])).toEqual([
      { argument: 'id', source: { type: 'identity', fact: 'id' } },
      { argument: 'months', source: { type: 'user', request: 'r1', slot: 'months' } },
      { argument: 'payments.0', source: { type: 'computed' } },
    ]);
  });

  it('leaves any other number unexplained', () => {
    expect(sources([35, 12])?.slice(2)).toEqual([
      { argument: 'payments.0', source: null },
      { argument: 'payments.1', source: { type: 'result', step: 0, path: 'fee' } },
    ]);
  });
});
