import { describe, expect, it } from 'vitest';
import { domains } from '#domains/index.ts';
import type { Json, JsonObject } from '#core/environment/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { callsOf } from '#core/transform/index.ts';
import { blank, fieldsOf, filled, type FormField } from './argumentForm.ts';

const allTools = domains.flatMap((domain) =>
  [...domain.tools, ...domain.userTools].map((tool) => ({ domain, tool })),
);
const empty = (fields: readonly FormField[]): JsonObject =>
  Object.fromEntries(fields.map(({ name, kind }): [string, Json] => [name, blank(kind)]));

describe('every tool of every domain', () => {
  it('has a field with a form of its own for every parameter', () => {
    expect(allTools.length).toBeGreaterThan(40);
    const kinds = (field: FormField): string[] => {
      const { kind } = field;
      if (kind.type === 'object') return kind.fields.flatMap(kinds);
      if (kind.type === 'list')
        return kind.item.type === 'object' ? kind.item.fields.flatMap(kinds) : [kind.item.type];
      return [kind.type];
    };
    for (const { tool } of allTools)
      expect([tool.name, fieldsOf(tool.jsonSchema).flatMap(kinds).includes('json')]).toEqual([
        tool.name,
        false,
      ]);
  });

  it('says what is missing while nothing is filled in', () => {
    for (const { tool } of allTools) {
      const fields = fieldsOf(tool.jsonSchema);
      const { missing, empty: left } = filled(fields, empty(fields));
      const plain = fields.filter(
        ({ required, kind }) => required && kind.type !== 'list' && kind.type !== 'object',
      );
      expect([tool.name, ...missing, ...left]).toEqual(
        expect.arrayContaining([tool.name, ...plain.map(({ label }) => label)]),
      );
    }
  });

  it('takes the calls of references as they are', async () => {
    let calls = 0;
    for (const domain of domains) {
      const database = { kind: 'seed', domain: domain.id, seed: 'form', size: 30 } as const;
      const wanted = { general: 4, ambiguous: 0, changing: 0, infeasible: 0 };
      const job = { type: 'generate', database, seed: 'f', batch: 0, wanted, knobs: {} } as const;
      const { tasks } = await createRunner([domain]).run(job);
      for (const { name, arguments: args } of tasks.flatMap(({ criteria }) => callsOf(criteria.reference))) {
        const fields = fieldsOf(domain.tool(name)?.jsonSchema ?? {});
        const result = filled(fields, { ...empty(fields), ...args });
        expect([name, result.arguments, result.missing]).toEqual([name, args, []]);
        calls += 1;
      }
    }
    expect(calls).toBeGreaterThan(20);
  }, 120_000);
});

describe('a form', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'An id.' },
      note: { type: ['string', 'null'] },
      day: { anyOf: [{ type: 'string', enum: ['mon', 'tue'] }, { type: 'null' }] },
      count: { type: 'integer', minimum: 1 },
      parts: {
        type: 'array',
        items: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
      },
      any: { type: ['string', 'number'] },
    },
    required: ['id', 'count', 'parts'],
  };
  const fields = fieldsOf(schema);

  it('leaves out what is optional, and names what is not', () => {
    expect(filled(fields, empty(fields))).toEqual({
      arguments: { id: '', note: null, parts: [] },
      missing: ['count'],
      empty: ['id'],
    });
  });

  it('reads lists of objects, choices and JSON', () => {
    const values = { id: 'a', day: 'tue', count: 2, parts: [{ n: 1 }, { n: null }], any: '7' };
    expect(filled(fields, { ...empty(fields), ...values })).toEqual({
      arguments: { id: 'a', note: null, day: 'tue', count: 2, parts: [{ n: 1 }, {}], any: 7 },
      missing: ['parts 2 n'],
      empty: [],
    });
    expect(filled(fields, { ...empty(fields), ...values, parts: [], any: '{' }).missing).toEqual(['any']);
  });
});
