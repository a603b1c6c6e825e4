import { describe, expect, it } from 'vitest';
import { digest, InputError, parseDatabase, seedState } from '#core/environment/index.ts';
import { library } from '#domains/library/index.ts';
import { retail } from '#domains/retail/index.ts';
import { telecom } from '#domains/telecom/index.ts';
import { tau2Database, tau2Files } from '../../../testing/tau2Files.ts';
import { gunzip } from '../gzip.ts';
import { headOf, readerFor, readFile, readers, type FoundKind } from './index.ts';

const domains = [retail, library, telecom];
const files = tau2Files();
const bytesOf = (text: string) => new TextEncoder().encode(text);
const kindOf = (path: string, bytes: Uint8Array) =>
  readerFor(headOf({ path, size: bytes.length, bytes }))?.kind;
const read = (kind: FoundKind, content: string | Uint8Array, path = 'folder/file.json') =>
  readFile(kind, { path, bytes: typeof content === 'string' ? bytesOf(content) : content }, domains);
const refusal = async (kind: FoundKind, content: string | Uint8Array) => {
  try {
    await read(kind, content);
  } catch (error) {
    return error instanceof InputError ? error.message : `another error: ${String(error)}`;
  }
  return 'no error';
};

const db = () => JSON.parse(files['db.json']) as ReturnType<typeof tau2Database>;
const changedDb = (change: (value: ReturnType<typeof db>) => void) => {
  const value = db();
  change(value);
  return JSON.stringify(value);
};
const database = async (content: string) => {
  const found = await read('database', content, 'retail/db.json');
  if (found.kind !== 'database') throw new Error('not a database');
  return found;
};
const orderId = Object.keys(db().orders)[0] ?? '';

describe('recognising a file', () => {
  it.each([
    ['db.json', files['db.json'], 'database'],
    ['tasks.json', files['tasks.json'], 'tasks'],
    ['policy.md', files['policy.md'], 'policy'],
    ['split_tasks.json', files['split_tasks.json'], 'splits'],
    ['another name.json', files['db.json'], 'database'],
    ['export.json', files['tasks.json'], 'tasks'],
    ['db.json', JSON.stringify(JSON.parse(files['tasks.json']), null, 2), 'tasks'],
    ['db.json', 'nonsense', 'database'],
    ['db.json', '', 'database'],
    ['tasks_voice.json', '[]', 'tasks'],
    ['notes.md', '# Notes', undefined],
    ['expected.json', '[{"task_id": "0", "steps": []}]', undefined],
    ['results.json', '{"timestamp": "now", "simulations": []}', 'rollouts'],
    ['db.toml', '[[plans]]', 'database'],
  ])('takes %s by its content, else by its name', (name, content, kind) => {
    expect(kindOf(`retail/${name}`, bytesOf(content))).toBe(kind);
  });

  it('asks only the beginning, so a reader has to know its kind there', () => {
    const long = JSON.stringify(tau2Database(200));
    expect(kindOf('x', bytesOf(long).subarray(0, 64 * 1024))).toBe('database');
  });

  it('knows each kind once', () => {
    expect(new Set(readers.map(({ kind }) => kind)).size).toBe(readers.length);
  });
});

describe('the text of a file', () => {
  const tasks = '[{"id": "0"}]';
  const utf16 = (littleEndian: boolean) => {
    const view = new DataView(new ArrayBuffer(2 + tasks.length * 2));
    view.setUint16(0, 0xfeff, littleEndian);
    [...tasks].forEach((char, i) => view.setUint16(2 + 2 * i, char.charCodeAt(0), littleEndian));
    return new Uint8Array(view.buffer);
  };

  it('may have a byte order mark, and may be UTF-16 when it says so', async () => {
    const expected = { kind: 'tasks', tasks: [{ id: '0' }] };
    expect(await read('tasks', `\ufeff${tasks}`)).toEqual(expected);
    expect(await read('tasks', utf16(true))).toEqual(expected);
    expect(await read('tasks', utf16(false))).toEqual(expected);
    expect(kindOf('tasks.json', utf16(true))).toBe('tasks');
  });

  it.each([
    ['nothing', new Uint8Array(), /file.json: the file is empty/],
    ['white space', bytesOf(' \n'), /the file is empty/],
    ['UTF-16 without its mark', utf16(true).subarray(2), /expected text in UTF-8, found other bytes/],
    ['another encoding', new Uint8Array([0x22, 0xe9, 0x22]), /expected text in UTF-8; some of its bytes/],
  ])('is refused for %s', async (_, bytes, message) => {
    expect(await refusal('tasks', bytes)).toMatch(message);
  });

  it('is limited in size, and the limit is told', async () => {
    expect(await refusal('policy', 'x'.repeat(2 * 1024 * 1024))).toMatch(/a policy may have at most 1 MB/);
  });
});

describe('reading a database', () => {
  it('finds the domain by the tables, counts rows, and keeps what the schema makes of it', async () => {
    const found = await database(files['db.json']);
    const kept = parseDatabase(retail, db(), 'db.json');
    expect(found).toMatchObject({ domain: 'retail', faultCount: 0, doubtCount: 0 });
    expect(found.tables).toEqual(
      Object.entries(kept).map(([name, rows]) => ({ name, rows: Object.keys(rows).length })),
    );
    expect(found.content?.ref).toEqual({
      ...{ kind: 'file', domain: 'retail', name: 'db.json' },
      digest: digest(kept),
    });
    const text = await gunzip(new Uint8Array(found.content?.gzip ?? []), 10_000_000);
    expect(text).toHaveLength(found.content?.size ?? 0);
    expect(JSON.parse(new TextDecoder().decode(text))).toEqual(kept);
    await expect(gunzip(new Uint8Array(found.content?.gzip ?? []), text.length - 1)).rejects.toThrow(
      'more than',
    );
  });

  it('counts the rows of tables that are lists in the file as well', async () => {
    const kept = seedState(telecom, 'r', 12);
    const lists = Object.keys(telecom.columns)
      .filter((table) => !telecom.userSide?.tables.includes(table))
      .map((table) => [table, kept.ids(table).map((id) => kept.get(table, id))]);
    const found = await database(JSON.stringify(Object.fromEntries(lists)));
    expect(found).toMatchObject({ domain: 'telecom', faults: [] });
    for (const { name, rows } of found.tables) expect(rows, name).toBe(kept.ids(name).length);
    expect(found.tables.some(({ rows }) => rows > 1)).toBe(true);
  });

  it('finds another domain as well', async () => {
    expect((await database('{"members": {}, "loans": {}}')).domain).toBe('library');
  });

  it.each([
    [
      'of another domain',
      '{"flights": {}, "users": {}}',
      /no domain here has these tables: flights, users. Expected the tables products, users, orders \(Retail\), or/,
    ],
    [
      'with a table too many',
      changedDb((value) => Object.assign(value, { flights: {} })),
      /no domain here has these tables/,
    ],
    ['without tables', '{}', /these tables: none/],
    ['that is a list', '[]', /a database is an object of tables; this is a list/],
    [
      'that is cut off',
      files['db.json'].slice(0, -200),
      /not valid JSON at line 1, column \d+: expected .+, found (the end|text that does not end)/,
    ],
    [
      'with a record twice',
      files['db.json'].replace('"orders":{', `"orders":{"${orderId}":{},`),
      new RegExp(`line 1, column \\d+: "${orderId}" stands there a second time`),
    ],
    ['with NaN', files['db.json'].replace(/"price":[\d.]+/, '"price":NaN'), /NaN and Infinity are not JSON/],
    [
      'with a prototype',
      files['db.json'].replace('"users":{', '"users":{"__proto__":{},'),
      /a field named "__proto__" is not allowed/,
    ],
  ])('refuses one %s', async (_, content, message) => {
    expect(await refusal('database', content)).toMatch(message);
  });

  it('lists rows at fault by table, record and field, and keeps nothing then', async () => {
    const found = await database(
      changedDb((value) => {
        const order = value.orders[orderId];
        if (order === undefined) throw new Error('no order');
        Object.assign(order, { status: 'lost', items: '<img src=x onerror=alert(1)>' });
        Object.assign(value.users, { nobody: 7, constructor: {} });
      }),
    );
    expect(found.content).toBeNull();
    const places = found.faults.map(({ place }) => place);
    expect(places).toContain(`orders › ${orderId} › status`);
    expect(places).toContain(`orders › ${orderId} › items`);
    expect(places).toContain('users › nobody');
    expect(found.faults).toContainEqual({
      place: 'users › constructor',
      expectation: 'a record cannot have this name',
    });
  });

  it('lists only the first of many faults, and counts all', async () => {
    const found = await database(
      changedDb((value) =>
        Object.values(value.orders).forEach((order) => Object.assign(order, { items: 0 })),
      ),
    );
    expect(found.faults).toHaveLength(Math.min(20, found.faultCount));
    expect(found.faultCount).toBe(Object.keys(db().orders).length);
  });

  it('doubts records of users who are not there', async () => {
    const found = await database(
      changedDb((value) => Object.assign(value.orders[orderId] ?? {}, { user_id: 'ghost' })),
    );
    expect(found.doubts).toEqual([
      { place: `orders › ${orderId}`, expectation: 'belongs to "ghost", who is not in users' },
    ]);
    expect(found.content).not.toBeNull();
  });
});

describe('reading the other files', () => {
  it('takes tasks as they are, and a list only', async () => {
    expect(await read('tasks', '[1, {"id": 2}]')).toEqual({ kind: 'tasks', tasks: [1, { id: 2 }] });
    expect(await refusal('tasks', '{"tasks": []}')).toMatch(/expected a JSON list of tasks/);
    expect(await refusal('tasks', '[]')).toMatch(/there is no task in this file/);
  });

  it('takes a policy with line ends of any kind', async () => {
    expect(await read('policy', 'a\r\nb')).toEqual({ kind: 'policy', text: 'a\nb' });
  });

  it('takes splits of ids, numbers included', async () => {
    expect(await read('splits', '{"base": ["0", 1]}')).toEqual({
      kind: 'splits',
      splits: { base: ['0', '1'] },
    });
    expect(await refusal('splits', '{"base": [null]}')).toMatch(/at base.0/);
  });
});
