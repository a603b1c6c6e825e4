import { fc, test as propertyTest } from '@fast-check/vitest';
import { deflateSync, strToU8, unzipSync, zipSync, type Zippable } from 'fflate';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digest, InputError } from '#core/environment/index.ts';
import { NOW, rolloutsOf, runNamed, workspaceNamed } from '../testing/storedRows.ts';
import { exportWorkspace } from './bundle.ts';
import { readBundle } from './bundleRead.ts';
import {
  bundledTables,
  digestOfLines,
  digestOfParts,
  partName,
  type BundledTable,
  type BundleLimits,
} from './manifest.ts';
import { memoryRepository } from './memoryRepository.ts';

type Rows = { readonly [T in BundledTable]?: readonly unknown[] };

const GOOD: Rows = { workspaces: [workspaceNamed('w')], runs: [runNamed('w', 'r')] };

/** Files of a bundle with these rows and true digests: what someone with ill will can make. */
function forged(rows: Rows, manifest: Record<string, unknown> = {}): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  const parts = bundledTables.map((table) => {
    const texts = (rows[table] ?? []).map((row) => (typeof row === 'string' ? row : canonicalJson(row)));
    const bytes = strToU8(texts.map((text) => `${text}\n`).join(''));
    files[partName(table)] = bytes;
    return {
      table,
      rows: texts.length,
      bytes: bytes.length,
      digest: digestOfLines(texts.map((text) => digest(text))),
    };
  });
  const whole = {
    format: 'trajectory2task-workspace',
    version: 1,
    schema: 2,
    createdBy: 'test',
    createdAt: NOW,
    workspace: { id: 'w', title: 'W' },
    parts,
    digest: digestOfParts(parts),
    ...manifest,
  };
  return { 'manifest.json': strToU8(JSON.stringify(whole)), ...files };
}

function read(files: Zippable | Uint8Array, limits: Partial<BundleLimits> = {}) {
  const bytes = files instanceof Uint8Array ? files : zipSync(files);
  return readBundle({ name: 'bad.zip', bytes }, { limits });
}

/** Refused with one InputError that names the file and the place, and promises that nothing was imported. */
async function refusal(reading: Promise<unknown>, pattern: RegExp): Promise<void> {
  const error: unknown = await reading.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  expect(String(error)).toMatch(pattern);
  expect(String(error)).toMatch(/^InputError: bad\.zip.*Nothing was imported\.$/);
}

async function realBundle(): Promise<Uint8Array> {
  const repository = memoryRepository();
  await repository.putWorkspace(workspaceNamed('w'));
  await repository.put('rollouts', rolloutsOf('w', 'r', 20));
  return (await exportWorkspace(repository, 'w', { createdBy: 'test', now: NOW })).bytes;
}

test('a forged bundle that is right in everything is read', async () => {
  const bundle = await read(forged(GOOD));
  expect(bundle.contents.workspace).toEqual(workspaceNamed('w'));
  expect(bundle.contents.rows.runs).toEqual([runNamed('w', 'r')]);
});

test('rows of an older schema are brought up to date', async () => {
  const { note: _note, recipe: _recipe, ...old } = runNamed('w', 'r');
  const bundle = await read(forged({ ...GOOD, runs: [old] }, { schema: 1 }));
  expect(bundle.contents.rows.runs).toEqual([runNamed('w', 'r')]);
  const { 'benchmarks.jsonl': _later, ...before } = forged(GOOD, { schema: 4 });
  expect((await read(before)).contents.rows.benchmarks).toEqual([]);
  await refusal(read(forged({ ...GOOD, runs: [old] })), /runs\.jsonl line 1: at (note|recipe)/);
});

describe('files that are not what they should be', () => {
  test('are refused when they are no zip', async () => {
    await refusal(read(new Uint8Array()), /expected a zip file/);
    await refusal(read(strToU8('{"domain": "retail"}')), /expected a zip file/);
    await refusal(read(strToU8('PK but not really')), /cut off/);
  });

  test('are refused when they lack a manifest, or hold another one', async () => {
    await refusal(read({ 'runs.jsonl': strToU8('') }), /manifest\.json: it is missing/);
    await refusal(read(forged(GOOD, { format: 'other' })), /manifest\.json: at format/);
    await refusal(read(forged(GOOD, { surprise: 1 })), /manifest\.json: .*surprise/i);
    await refusal(read({ ...forged(GOOD), 'manifest.json': strToU8('{') }), /manifest\.json: expected JSON/);
    await refusal(read({ ...forged(GOOD), 'manifest.json': new Uint8Array([255, 254]) }), /UTF-8/);
  });

  test('are refused when a newer build wrote them', async () => {
    await refusal(read(forged(GOOD, { version: 2, news: true })), /format version 2 is newer .* reload/);
    await refusal(read(forged(GOOD, { schema: 99 })), /schema version 99 is newer/);
  });

  test('are refused when a part is missing, changed, or not as announced', async () => {
    const { 'runs.jsonl': runs = new Uint8Array(), ...without } = forged(GOOD);
    await refusal(read(without), /runs\.jsonl: it is missing/);
    const altered = new TextDecoder().decode(runs).replace('Run r', 'Run x');
    await refusal(
      read({ ...without, 'runs.jsonl': strToU8(altered) }),
      /runs\.jsonl: its digest does not fit/,
    );
    await refusal(read({ ...without, 'runs.jsonl': strToU8('') }), /expected \d+ bytes, found 0/);
    const lines = strToU8('\n'.repeat(runs.length));
    await refusal(read({ ...without, 'runs.jsonl': lines }), /runs\.jsonl: expected 1 rows, found more/);
    await refusal(read(forged(GOOD, { parts: [] })), /does not fit its list of parts/);
    await refusal(read(forged(GOOD, { parts: [], digest: digestOfParts([]) })), /one part for workspaces/);
  });

  test('are refused wherever they are cut off', async () => {
    const bytes = await realBundle();
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999])
      await refusal(read(bytes.slice(0, Math.floor(bytes.length * share))), /cut off|damaged|expected/);
    await refusal(read(bytes.slice(0, -1)), /cut off/);
  });

  test('are refused with any byte of a part changed', async () => {
    const bytes = await realBundle();
    const names = Object.keys(unzipSync(bytes));
    expect(names).toContain('rollouts.jsonl');
    for (let at = 600; at < bytes.length - 1500; at += 97) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      // Some bytes mean nothing (zip dates); every other change is noticed.
      const bundle = await read(changed).catch((error: unknown) => error);
      if (!(bundle instanceof InputError))
        expect(bundle).toMatchObject({ contents: (await read(bytes)).contents });
    }
  });
});

describe('rows that are not what they should be', () => {
  const refusedRow = (rows: Rows, pattern: RegExp) => refusal(read(forged({ ...GOOD, ...rows })), pattern);

  test('are named with their line', async () => {
    const runs = [runNamed('w', 'a'), { ...runNamed('w', 'b'), state: 'flying' }];
    await refusedRow({ runs }, /bad\.zip: runs\.jsonl line 2: at state: /);
    await refusedRow({ runs: ['{"id":'] }, /runs\.jsonl line 1: expected JSON/);
    await refusedRow({ runs: ['"text"'] }, /runs\.jsonl line 1: /);
    await refusedRow({ runs: [{ ...runNamed('w', 'r'), extra: 1 }] }, /line 1: .*extra/i);
  });

  test('may not leave their workspace, nor come twice', async () => {
    await refusedRow({ runs: [runNamed('mine', 'r')] }, /line 1: expected the row of r, found .* "mine"/);
    await refusedRow({ settings: [{ workspace: '', id: 'theme', value: 1 }] }, /settings\.jsonl line 1/);
    await refusedRow({ runs: [runNamed('w', 'r'), runNamed('w', 'r')] }, /line 2: a second row "r"/);
    await refusedRow({ workspaces: [workspaceNamed('w'), workspaceNamed('x')] }, /line 2: expected the work/);
    await refusedRow({ workspaces: [] }, /workspaces\.jsonl: expected one row/);
  });

  test('may not carry a prototype', async () => {
    const evil = '{"workspace":"w","id":"s","value":{"a":[{"__proto__":{"admin":true}}]}}';
    await refusedRow({ settings: [evil] }, /settings\.jsonl line 1: a field named "__proto__"/);
    const escaped = '{"workspace":"w","id":"s","value":{"\\u005f_proto__":{"admin":true}}}';
    await refusedRow({ settings: [escaped] }, /"__proto__" is not allowed/);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test('may not be nested without end', async () => {
    const deep = `{"workspace":"w","id":"s","value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await refusedRow({ settings: [deep] }, /settings\.jsonl line 1: nested deeper than 64/);
  });

  test('may not be huge, nor too many', async () => {
    const large = { workspace: 'w', id: 's', value: 'x'.repeat(20_000) };
    const files = forged({ ...GOOD, settings: [large] });
    await refusal(read(files, { row: 10_000 }), /settings\.jsonl line 1: a row of 20\d+ bytes/);
    const many = Array.from({ length: 20 }, (_, index) => ({ workspace: 'w', id: `s${index}`, value: 1 }));
    await refusal(read(forged({ ...GOOD, settings: many }), { rows: 10 }), /22 rows; at most 10/);
  });
});

describe('zip files made to harm', () => {
  test('with entries of other names are refused, whatever the names', async () => {
    for (const name of ['../../etc/passwd', '/abs', 'C:\\x', '__proto__', 'runs.jsonl/', 'keys.json', ''])
      await refusal(read(joined(entry(name, 'x'))), /entry ".*": expected only manifest\.json/);
  });

  test('with an entry twice are refused', async () => {
    const twice = joined(entry('manifest.json', 'a'), entry('manifest.json', 'b'));
    await refusal(read(twice), /manifest\.json: expected it once, found it twice/);
  });

  test('that declare too much are refused before they are unpacked', async () => {
    const files = { ...forged(GOOD), 'runs.jsonl': new Uint8Array(3_000_000) };
    await refusal(read(files, { unpacked: 1_000_000 }), /runs\.jsonl: unpacks to more than the 1 MB/);
    const boast = joined(rawEntry('manifest.json', deflateSync(strToU8('{}')), 3_000_000));
    await refusal(read(boast, { unpacked: 1_000_000 }), /manifest\.json: unpacks to more than the 1 MB/);
    await refusal(read(files, { file: 1000 }), /a file of \d+ bytes; at most 1000/);
  });

  test('that unpack to more than they declare are stopped on the way', async () => {
    const bomb = deflateSync(new Uint8Array(60_000_000), { level: 9 });
    expect(bomb.length).toBeLessThan(80_000);
    const lying = joined(rawEntry('manifest.json', bomb, 10));
    await refusal(read(lying, { unpacked: 5_000_000 }), /manifest\.json: unpacks to more than the 5 MB/);
  });

  test('with an unknown compression are refused', async () => {
    const odd = rawEntry('manifest.json', strToU8('{}'), 2);
    odd[8] = 99;
    await refusal(read(joined(odd)), /manifest\.json: unknown compression 99/);
  });

  propertyTest.prop([fc.uint8Array({ maxLength: 2000 })])('of any bytes are refused', async (noise) => {
    await refusal(read(noise), /expected a zip|cut off|damaged|missing/);
    const dressed = joined(Uint8Array.from([0x50, 0x4b, 3, 4, ...noise]));
    await refusal(read(dressed), /./);
  });
});

/** A local entry of a zip, compressed. */
function entry(name: string, text: string): Uint8Array {
  return rawEntry(name, deflateSync(strToU8(text)), text.length);
}

/** A local entry that declares any size. */
function rawEntry(name: string, compressed: Uint8Array, declared: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(30));
  header.setUint32(0, 0x04034b50, true);
  header.setUint16(4, 20, true);
  header.setUint16(8, 8, true);
  header.setUint32(18, compressed.length, true);
  header.setUint32(22, declared, true);
  header.setUint16(26, name.length, true);
  return Uint8Array.from([...new Uint8Array(header.buffer), ...strToU8(name), ...compressed]);
}

/** Entries with an end record behind them. */
function joined(...entries: readonly Uint8Array[]): Uint8Array {
  const end = new Uint8Array(22);
  end.set([0x50, 0x4b, 0x05, 0x06]);
  return Uint8Array.from([...entries.flatMap((part) => [...part]), ...end]);
}
