import { expect, it } from 'vitest';
import { InputError, parseDatabase, State } from '#core/environment/index.ts';
import { gunzip, headOf, readerFor, tau2TaskSchema, type Found } from '#core/interchange/index.ts';
import { tau2Encoding } from '#core/interchange/tau2Write/criteria.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { telecom } from '#domains/telecom/index.ts';
import { describeReference, expectedSchema, readReference, readReferenceBytes } from './reference.ts';

const runner = createRunner(domains);

async function read(domain: string, file: string): Promise<Found> {
  const path = `${domain}/${file}`;
  const bytes = readReferenceBytes(domain, file);
  const kind = readerFor(headOf({ path, size: bytes.length, bytes }))?.kind;
  if (kind === undefined) throw new Error(`${path} is not recognised`);
  return (await runner.run({ type: 'read', kind, path, bytes })).found;
}

describeReference('retail', 'importing the retail folder of the reference', () => {
  it('recognises every file of it', async () => {
    const found = await Promise.all(
      ['db.json', 'tasks.json', 'policy.md', 'split_tasks.json'].map((file) => read('retail', file)),
    );
    expect(found.map(({ kind }) => kind)).toEqual(['database', 'tasks', 'policy', 'splits']);
    expect(found[0]).toMatchObject({
      domain: 'retail',
      tables: [
        { name: 'products', rows: 50 },
        { name: 'users', rows: 500 },
        { name: 'orders', rows: 1000 },
      ],
      ...{ faultCount: 0, doubtCount: 0 },
    });
  });

  it('makes a task of each, with the end state of the reference; oracle passes and null fails what is certified', async () => {
    const [database, file] = [await read('retail', 'db.json'), await read('retail', 'tasks.json')];
    if (database.kind !== 'database' || database.content === null || file.kind !== 'tasks')
      throw new Error('not what was expected');
    const { ref, gzip } = database.content;
    await runner.run({ type: 'load', ref, database: gzip });
    const { tasks, refused } = await runner.run({
      ...{ type: 'import', database: ref, name: 'tasks.json', tasks: file.tasks, first: 0 },
    });
    expect(refused).toEqual([]);
    const expected = expectedSchema.parse(readReference('retail', 'expected.json'));
    expect(tasks.map(({ criteria }) => criteria.endStates)).toEqual(expected.map(({ changed }) => [changed]));
    const certified = tasks.filter(({ certificate }) => certificate.accepted);
    // Of the others the reference changes nothing, or has a write without effect.
    expect(certified.length).toBeGreaterThanOrEqual(65);
    const items = tasks.flatMap((task) => ['oracle', 'null'].map((agent) => ({ task, agent, trial: 0 })));
    const { rollouts } = await runner.run({ type: 'rollout', seed: '1', items });
    for (const { rollout, verdict } of rollouts) {
      const accepted = certified.some(({ id }) => id === rollout.task);
      const wanted = accepted ? (rollout.agent.id === 'oracle' ? 'pass' : 'fail') : 'invalid';
      expect([rollout.id, verdict.class]).toEqual([rollout.id, wanted]);
    }
  }, 60_000);
});

describeReference('telecom', 'importing the telecom folder of the reference', () => {
  it('certifies every task; the oracle passes each, and who does nothing passes none', async () => {
    const user = { path: 'user_db.toml', bytes: readReferenceBytes('telecom', 'user_db.toml') };
    const path = 'telecom/db.toml';
    const bytes = readReferenceBytes('telecom', 'db.toml');
    const { found } = await runner.run({ type: 'read', kind: 'database', path, bytes, user });
    if (found.kind !== 'database' || found.content === null) throw new Error('not a database');
    const { ref, gzip } = found.content;
    await runner.run({ type: 'load', ref, database: gzip });
    const file = await read('telecom', 'tasks.json');
    if (file.kind !== 'tasks') throw new Error('no tasks');
    const { tasks, refused } = await runner.run({
      ...{ type: 'import', database: ref, name: 'tasks.json', tasks: file.tasks, first: 0 },
    });
    expect(refused).toEqual([]);
    const uncertified = tasks.filter(({ certificate }) => !certificate.accepted);
    expect(uncertified.map(({ id }) => id)).toEqual([]);
    expect(tasks.filter(({ criteria }) => (criteria.unjudged ?? []).length > 0)).toEqual([]);
    // Written out again, they ask for the same as the files they came from.
    const state = State.of(
      parseDatabase(
        telecom,
        JSON.parse(new TextDecoder().decode(await gunzip(new Uint8Array(gzip), 10_000_000))),
        path,
      ),
    );
    for (const [i, task] of tasks.entries()) {
      const { criteria } = tau2Encoding(telecom, state, task);
      const { evaluation_criteria: source } = tau2TaskSchema.parse(file.tasks[i]);
      expect(criteria.reward_basis).toEqual(source?.reward_basis);
      expect(criteria.actions.map(({ name, arguments: args }) => ({ name, args }))).toEqual(
        source?.actions?.map(({ name, arguments: args }) => ({ name, args })),
      );
    }
    const items = tasks.flatMap((task) => ['oracle', 'null'].map((agent) => ({ task, agent, trial: 0 })));
    const { rollouts } = await runner.run({ type: 'rollout', seed: '1', items });
    const odd = rollouts.filter(
      ({ rollout, verdict }) => verdict.class !== (rollout.agent.id === 'oracle' ? 'pass' : 'fail'),
    );
    expect(odd.map(({ rollout }) => rollout.id)).toEqual([]);
  }, 60_000);
});

describeReference('airline', 'a database of another domain', () => {
  it('is refused by its tables', async () => {
    if (domains.some(({ id }) => id === 'airline')) return;
    const reading = read('airline', 'db.json');
    await expect(reading).rejects.toBeInstanceOf(InputError);
    await expect(reading).rejects.toThrow(/no domain here has these tables: .*flights/);
  });
});
