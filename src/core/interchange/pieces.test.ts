import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { InputError, type Json } from '../environment/index.ts';
import {
  blobSource,
  linesOf,
  outlineJson,
  outlineLines,
  parsePiece,
  type FileSource,
  type Piece,
} from './pieces.ts';

const encoder = new TextEncoder();
/** A file that arrives in chunks of these many bytes. */
const inChunks = (text: string, size: number): FileSource => {
  const bytes = encoder.encode(text);
  return {
    size: bytes.length,
    async *stream() {
      for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.slice(at, at + size));
    },
    slice: (from, to) => Promise.resolve(bytes.slice(from, to)),
  };
};
const wanted = { lists: ['', 'list'], values: ['value'] };
const readAll = async (source: FileSource) => {
  const { pieces, ...rest } = await outlineJson('f.json', source, wanted);
  const read: { piece: Piece; elements: readonly Json[] }[] = [];
  for (const piece of pieces)
    read.push({ piece, elements: parsePiece('f.json', piece, await source.slice(piece.from, piece.to)) });
  const of = (field: string) =>
    read.filter(({ piece }) => piece.field === field).flatMap(({ elements }) => elements);
  return { ...rest, pieces, of };
};
const refusal = async (text: string, size = 7) => {
  try {
    await readAll(inChunks(text, size));
  } catch (error) {
    return error instanceof InputError ? error.message : `another error: ${String(error)}`;
  }
  return 'no error';
};

// A field of that name is refused, in a piece as in a whole file.
const json = fc
  .jsonValue({ maxDepth: 4 })
  .filter((value) => !JSON.stringify(value).includes('__proto__')) as fc.Arbitrary<Json>;
const spaced = fc.constantFrom(undefined, 1, '\t');

describe('pieces of a file of JSON', () => {
  test.prop([fc.array(json, { maxLength: 130 }), fc.integer({ min: 1, max: 400 }), spaced])(
    'are together what a list holds, however it arrives',
    async (list, size, space) => {
      const { root, of, pieces } = await readAll(inChunks(JSON.stringify(list, null, space), size));
      expect(root).toBe('list');
      expect(of('')).toEqual(JSON.parse(JSON.stringify(list)));
      expect(pieces.map(({ first }) => first)).toEqual(pieces.map((_, i) => i * 50));
    },
  );

  test.prop([json, fc.array(json), json, fc.integer({ min: 1, max: 60 }), spaced])(
    'are the lists and values that were asked for',
    async (value, list, other, size, space) => {
      const text = JSON.stringify({ other, value, list, 'ö "list"': [list] }, null, space);
      const { root, fields, of } = await readAll(inChunks(text, size));
      expect({ root, fields }).toEqual({ root: 'object', fields: ['other', 'value', 'list', 'ö "list"'] });
      const expected = JSON.parse(text) as { value: Json; list: Json };
      expect(of('value')).toEqual([expected.value]);
      expect(of('list')).toEqual(expected.list);
    },
  );

  test.prop([
    json,
    fc.nat(),
    fc.constantFrom('', '{', ']', ',', '"', 'x', '\n', '0', ':'),
    fc.integer({ min: 1, max: 9 }),
  ])('are refused with a place exactly when the text is not JSON', async (value, at, wedge, size) => {
    const text = JSON.stringify({ list: [value, { value }], value }, null, 1);
    const broken = text.slice(0, at % text.length) + wedge + text.slice((at % text.length) + 1);
    let parsed: Json | undefined;
    try {
      parsed = JSON.parse(broken) as Json;
    } catch {
      parsed = undefined;
    }
    const message = await refusal(broken, size);
    // What stands twice is refused, which JSON.parse does not do.
    if (parsed === undefined) expect(message).toMatch(/line \d+, column \d+/);
    else
      expect(message).toMatch(
        /^(no error|f\.json: line \d+, column \d+: ".*" stands there a second time.*)$/s,
      );
  });

  it('are cut by bytes as well as by number', async () => {
    const long = 'x'.repeat(300_000);
    const { pieces, of } = await readAll(blobSource(new Blob([JSON.stringify([long, long, long, 1])])));
    expect(pieces.map(({ count }) => count)).toEqual([2, 2]);
    expect(of('')).toEqual([long, long, long, 1]);
  });

  it('name the line and column that a fault has in the file', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `  {"a": ${i}}`);
    const text = (row: string) => `{"list": [\n${[...rows, row].join(',\n')}\n]}`;
    expect(await refusal(text('  {"a": nul}'))).toContain('line 62, column 9');
    expect(await refusal(text('  {"a": 1, "a": 2}'))).toContain(
      'line 62, column 12: "a" stands there a second time',
    );
    const oneLine = text('{"a" 1}').replaceAll('\n', '');
    expect(await refusal(oneLine)).toContain(`line 1, column ${oneLine.indexOf('"a" 1') + 5}`);
  });

  it.each([
    ['', 'the file is empty'],
    ['{"list": [1], "list": [2]}', '"list" stands there a second time'],
    ['[1, 2', 'line 1, column 6'],
    ['[1,]', "line 1, column 4: expected a value, found ']'"],
    ['[1] [2]', 'line 1, column 5: expected the end'],
    ['{"list": [1}', 'line 1, column 12'],
  ])('refuse %s', async (text, message) => {
    expect(await refusal(text)).toContain(message);
  });

  it('of another encoding are told how to be saved', async () => {
    const file = new Blob([new Uint8Array([0xff, 0xfe, 0x5b, 0, 0x5d, 0])]);
    await expect(outlineJson('f.json', blobSource(file), wanted)).rejects.toThrow('Save it as UTF-8.');
  });

  it('stop where the signal says so, and report the bytes before', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const onbytes = (done: number) => {
      seen.push(done);
      if (done >= 20) abort.abort(new Error('enough'));
    };
    const source = inChunks(JSON.stringify(Array.from({ length: 100 }, () => 1)), 10);
    await expect(outlineJson('f', source, wanted, { onbytes, signal: abort.signal })).rejects.toThrow(
      'enough',
    );
    expect(seen).toEqual([10, 20]);
  });
});

test.prop([fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 130 }), fc.integer({ min: 1, max: 80 })])(
  'pieces of lines are together the lines of a file, with their numbers',
  async (given, size) => {
    const lines = given.map((line) => line.replaceAll('\n', ' '));
    const text = lines.join('\n');
    if (text === '') return;
    const source = inChunks(text, size);
    const { pieces } = await outlineLines('f', source);
    const read: { line: number; text: string }[] = [];
    for (const piece of pieces) read.push(...linesOf('f', piece, await source.slice(piece.from, piece.to)));
    const expected = lines.flatMap((line, i) => (line.trim() === '' ? [] : [{ line: i + 1, text: line }]));
    // A byte order mark at the beginning is no text.
    expect(read.map(({ text: line }) => line.replace(/^\ufeff/, ''))).toEqual(
      expected.map(({ text: line }) => line.replace(/^\ufeff/, '')),
    );
    expect(read.map(({ line }) => line)).toEqual(expected.map(({ line }) => line));
  },
);
