import { expect, it } from 'vitest';
import { headOf, readerFor, type Found } from '#core/interchange/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { describeReference, dualExpectedSchema, readReference, readReferenceBytes } from './reference.ts';

const runner = createRunner(domains);

async function read(file: string): Promise<Found> {
  const path = `telecom/${file}`;
  const bytes = readReferenceBytes('telecom', file);
  const kind = readerFor(headOf({ path, size: bytes.length, bytes }))?.kind;
  if (kind === undefined) throw new Error(`${path} is not recognised`);
  const userPath = 'telecom/user_db.toml';
  const user = { path: userPath, bytes: readReferenceBytes('telecom', 'user_db.toml') };
  const beside = kind === 'database' ? { user } : {};
  return (await runner.run({ type: 'read', kind, path, bytes, ...beside })).found;
}

describeReference('telecom', 'importing the telecom folder of the reference', () => {
  it('makes a task of each, with its preparation and its assertions; what oracle reaches is what they demand', async () => {
    const [database, file] = [await read('db.toml'), await read('tasks.json')];
    if (database.kind !== 'database' || database.content === null || file.kind !== 'tasks')
      throw new Error('not what was expected');
    const { ref, gzip } = database.content;
    await runner.run({ type: 'load', ref, database: gzip });
    const { tasks, refused } = await runner.run({
      ...{ type: 'import', database: ref, name: 'tasks.json', tasks: file.tasks, first: 0 },
    });
    expect(refused).toEqual([]);
    const expected = dualExpectedSchema.parse(readReference('telecom', 'expected.json'));
    expect(tasks).toHaveLength(expected.length);
    expect(tasks.every(({ initialization = [] }) => initialization.length > 0)).toBe(true);
    const items = tasks.map((task) => ({ task, agent: 'oracle', trial: 0 }));
    const { rollouts } = await runner.run({ type: 'rollout', seed: '1', items });
    const met = rollouts.map(({ verdict }) =>
      verdict.components.find(({ basis }) => basis === 'assertions')?.checks.map((check) => check.met),
    );
    expect(met).toEqual(expected.map(({ env_assertions_met }) => env_assertions_met));
  }, 120_000);
});
