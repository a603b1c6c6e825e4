import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { domains } from '#domains/index.ts';
import { pipe } from '../testing/pipe.ts';
import { Exporter } from './exporter.ts';
import { serveExport } from './serveExport.ts';
import type { ExportRequest } from '#core/interchange/index.ts';

const request: ExportRequest = {
  name: 'set',
  licence: 'mit',
  formats: ['openai'],
  jsonLines: true,
  parquet: true,
  starter: true,
  rules: { onlyPassed: true, conditions: [], agents: [], perTask: null, perTrajectory: null, excluded: [] },
  split: { seed: 's', validation: 0, test: 0, by: 'trajectory' },
  near: { threshold: 0.85, drop: false },
  pairs: { span: 'rest', mostPerTask: 1 },
  card: null,
  seeds: [],
  origin: 'http://localhost',
  at: '2026-01-01T00:00:00.000Z',
};
const open = () => new Exporter(pipe((port) => serveExport(port, domains)));

describe('an exporter', () => {
  it('says what was made, hands it out as one zip and file by file, the same bytes every time', async () => {
    const exporter = open();
    await exporter.add([]);
    const made = await exporter.make(request);
    const zip = await exporter.zip();
    const files = await exporter.files();
    expect(files.map(({ path, bytes }) => ({ path, bytes: bytes.length }))).toEqual(made.files);
    expect(unzipSync(zip)).toEqual(Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));
    const again = open();
    await again.make(request);
    expect(await again.zip()).toEqual(zip);
    expect(new TextDecoder().decode(unzipSync(zip)['README.md'])).toBe(made.card);
  });

  it('reports what is wrong as the error it was, and lives on', async () => {
    const exporter = open();
    await expect(exporter.make({ ...request, formats: ['csv'] })).rejects.toMatchObject({
      name: 'InputError',
    });
    await expect(exporter.make({ ...request, name: '../x' })).rejects.toThrow();
    await expect(
      exporter.load({
        ref: { kind: 'file', domain: 'library', name: 'x', digest: '' },
        database: {},
        policy: null,
      }),
    ).rejects.toMatchObject({
      name: 'InputError',
    });
    await expect(exporter.make(request)).resolves.toMatchObject({ counts: { train: 0 } });
  });

  it('gives up what is still asked for when it is disposed, or when its worker dies', async () => {
    const silent = { post: () => undefined, onMessage: () => undefined, terminate: () => undefined };
    const given = new Exporter({ ...silent, onError: () => undefined });
    const asked = given.zip();
    await given.dispose();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    let die: (error: unknown) => void = () => undefined;
    const doomed = new Exporter({ ...silent, onError: (listener) => (die = listener) });
    const waiting = doomed.files();
    die(new Error('out of memory'));
    await expect(waiting).rejects.toMatchObject({ name: 'WorkerError', failure: 'died' });
  });
});
