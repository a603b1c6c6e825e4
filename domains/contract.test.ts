import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { applyCall, renderContent, seedState, type Json, type ToolCall } from '#core/environment/index.ts';
import { brokenRules } from '#core/explore/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { domains } from './index.ts';

// What every domain promises; whatever is special about one is tested beside it.
describe.each(domains.map((domain) => [domain.id, domain] as const))('the domain %s', (id, domain) => {
  const writes = domain.tools.filter((tool) => tool.kind === 'write').map((tool) => tool.name);

  test('states every rule word for word in its policy', () => {
    for (const rule of domain.rules) expect(domain.policy).toContain(rule.sentence);
  });

  test('has rules of their own names, over its writes, and an intent for every write', () => {
    expect(new Set(domain.rules.map((rule) => rule.id)).size).toBe(domain.rules.length);
    // What users do with their own hands is ruled as well: an agent must not ask for it.
    const ruled = [
      ...writes,
      ...domain.userTools.filter(({ kind }) => kind === 'write').map(({ name }) => name),
    ];
    for (const rule of domain.rules) for (const tool of rule.tools) expect(ruled).toContain(tool);
    for (const tool of writes) expect(domain.intentsFor(tool), tool).not.toEqual([]);
  });

  test.each([1, 20])('seeds %i users that its schema accepts, the same each time', (size) => {
    const database = seedState(domain, 'a', size).toDatabase();
    expect(seedState(domain, 'a', size).toDatabase()).toEqual(database);
    expect(domain.schema.parse(database)).toEqual(database);
    expect(seedState(domain, 'b', size).toDatabase()).not.toEqual(database);
  });

  // Models call tools with whatever they like, and what a tool that follows another implementation keeps of it is what
  // the next call and the rules on it find.
  const state = seedState(domain, 'any', 3);
  const ids = Object.keys(state.base).flatMap((table) => state.ids(table).slice(0, 3));
  const [userId = ''] = state.ids(domain.identity.table);
  const tools = [...domain.tools, ...domain.userTools];
  const value = fc.oneof(
    { arbitrary: fc.constantFrom<Json>(...ids), weight: 4 },
    {
      arbitrary: fc.constantFrom<Json>(null, true, 0, 1.5, '', 'text', [], {}, ['text'], [{}], [null], {
        a: 1,
      }),
      weight: 1,
    },
  );
  const call = fc
    .record({
      tool: fc.constantFrom(...tools),
      values: fc.infiniteStream(value),
      skipped: fc.integer({ max: 9 }),
    })
    .map(({ tool, values, skipped }): ToolCall => {
      const names = Object.keys(tool.parameters.shape).filter((_, i) => i !== skipped);
      const args = Object.fromEntries(names.map((name) => [name, values.next().value ?? null]));
      return { name: tool.name, arguments: args, ...(tool.holder === 'user' ? { requestor: 'user' } : {}) };
    });

  property.prop([fc.array(call, { minLength: 1, maxLength: 5 })])(
    'answers any call, and judges it',
    (calls) => {
      let now = state;
      for (const made of calls) {
        const context = { userId, confirmed: true, earlier: [], said: {} };
        brokenRules(domain, now, made, context);
        const outcome = applyCall(domain, now, made);
        expect(renderContent(domain, outcome)).toBeTypeOf('string');
        if (outcome.ok) domain.tool(made.name)?.shows(outcome.state, made.arguments, outcome.result);
        now = outcome.state;
      }
    },
  );

  test('yields certified tasks in all four conditions', { timeout: 30_000 }, async () => {
    const database = { kind: 'seed', domain: id, seed: 'a', size: 40 } as const;
    const wanted = { general: 1, ambiguous: 1, changing: 1, infeasible: 1 };
    const job = { type: 'generate', database, seed: 'a', batch: 0, wanted, knobs: {} } as const;
    const { tasks } = await createRunner([domain]).run(job);
    expect(new Set(tasks.map((task) => task.condition))).toEqual(new Set(Object.keys(wanted)));
    expect(tasks.every((task) => task.certificate.accepted)).toBe(true);
  });
});
