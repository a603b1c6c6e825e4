import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { arbitraryOf } from '../testing/arbitrary.ts';
import { rolloutsOf, runNamed, workspaceContents } from '../testing/storedRows.ts';
import { packDatabase, unpackDatabase } from './databaseContent.ts';
import { jsonSchema } from '#core/environment/index.ts';
import {
  databaseRowSchema,
  rolloutRowSchema,
  benchmarkRowSchema,
  runRowSchema,
  settingRowSchema,
  taskRowSchema,
  trajectoryRowSchema,
  trialOf,
  trialRowSchema,
  workspaceRowSchema,
} from './rows.ts';

const schemas = {
  benchmarks: benchmarkRowSchema,
  trajectories: trajectoryRowSchema,
  tasks: taskRowSchema,
  runs: runRowSchema,
  rollouts: rolloutRowSchema,
  settings: settingRowSchema,
};

describe('stored rows', () => {
  propertyTest.prop([workspaceContents('w')])('parse(serialize(x)) is x', ({ workspace, rows }) => {
    expect(workspaceRowSchema.parse(JSON.parse(JSON.stringify(workspace)))).toEqual(workspace);
    for (const [table, schema] of Object.entries(schemas))
      for (const row of rows[table as keyof typeof schemas])
        expect(schema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);
    // Databases may hold bytes: they are serialized as a browser does it.
    for (const row of rows.databases) expect(databaseRowSchema.parse(structuredClone(row))).toEqual(row);
    for (const trial of rows.rollouts.map(trialOf))
      expect(trialRowSchema.parse(JSON.parse(JSON.stringify(trial)))).toEqual(trial);
  });

  propertyTest.prop([arbitraryOf(jsonSchema), fc.nat(40)])(
    'a database is unpacked to what was packed',
    (value, copies) => {
      // Beyond 64 kB it is compressed.
      const database = { value, filler: 'a filler of some length '.repeat(copies * 100) };
      const content = packDatabase(database);
      expect(unpackDatabase({ name: 'd', content })).toEqual(database);
      expect(packDatabase(database)).toEqual(content);
    },
  );

  test('a large database is compressed, and damage to it is told', () => {
    const content = packDatabase({ rows: 'abc'.repeat(50_000) });
    if (content.encoding !== 'gzip') throw new Error('expected it to be compressed');
    expect(content.bytes.length).toBeLessThan(5_000);
    const cut = { ...content, bytes: content.bytes.slice(0, 100) };
    expect(() => unpackDatabase({ name: 'shop.json', content: cut })).toThrow(
      /database "shop.json".*damaged/,
    );
    const bomb = { ...content, size: 1000 };
    expect(() => unpackDatabase({ name: 'shop.json', content: bomb })).toThrow(/more than the 1000 bytes/);
  });

  test('an id that does not fit its content is refused', () => {
    const [row] = rolloutsOf('w', 'r', 1);
    expect(rolloutRowSchema.safeParse({ ...row, id: 'r/other' }).success).toBe(false);
    expect(runRowSchema.safeParse(runNamed('w', 'a/b')).success).toBe(false);
  });
});
