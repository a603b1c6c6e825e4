import { z } from 'zod';
import {
  databaseRefSchema,
  fileRef,
  InputError,
  isJsonObject,
  State,
  type Database,
  type Domain,
  type Json,
} from '../../environment/index.ts';
import { gzip } from '../gzip.ts';
import { parseUntrusted } from '../jsonText.ts';
import { joinSides } from '../sides.ts';
import { parseToml } from '../toml.ts';
import { defineReader, MB } from './reader.ts';
import { textOf } from './text.ts';

const MOST_FAULTS = 20;

/** Something about one row, in words. */
export const faultSchema = z.strictObject({
  /** "orders › #W1 › status" */
  place: z.string(),
  /** What was expected there. */
  expectation: z.string(),
});
export type Fault = z.infer<typeof faultSchema>;

/** A database: which domain's, what it holds, and what is wrong with it. */
export const foundDatabaseSchema = z.strictObject({
  kind: z.literal('database'),
  /** The domain whose tables it has. */
  domain: z.string(),
  tables: z.array(z.strictObject({ name: z.string(), rows: z.int() })),
  /** Rows that break the schema. With any of these it cannot be used. */
  faults: z.array(faultSchema),
  /** All faults, those not listed included. */
  faultCount: z.int(),
  /** Rows that the schema accepts and that hardly anybody meant. */
  doubts: z.array(faultSchema),
  doubtCount: z.int(),
  /** What is kept of it: its name for tasks, and its rows with defaults filled in. Null with faults. */
  content: z
    .strictObject({
      ref: databaseRefSchema,
      /** Its JSON text in UTF-8, compressed: what crosses to a page should be small. */
      gzip: z.instanceof(Uint8Array),
      /** Bytes of the text. */
      size: z.int().nonnegative(),
    })
    .nullable(),
});

/** A database as JSON or TOML: an object of tables, each id to row. The domain is the one whose schema has these tables. */
export const databaseReader = defineReader({
  kind: 'database',
  title: 'a database',
  // A workspace with a larger one could not be restored from its backup.
  limit: 40 * MB,
  schema: foundDatabaseSchema,
  recognises: ({ name, text }) => isToml(name) || /^\{\s*"[^"]*"\s*:\s*\{/.test(text),
  named: ({ name }) => name === 'db.json',
  async read(path, bytes, domains, user) {
    const own = parsedFile(path, bytes);
    const domain = domainOf(path, own, domains);
    const value =
      user === undefined
        ? own
        : joinSides({ path, value: own }, { path: user.path, value: parsedFile(user.path, user.bytes) });
    const parsed = domain.schema.safeParse(value);
    // A schema may turn lists of rows into tables by id; what is counted is what will be kept.
    const tables = tablesOf(parsed.success ? parsed.data : value);
    const found = {
      kind: 'database' as const,
      domain: domain.id,
      tables: tables.map(({ name, ids, rows }) => ({ name, rows: ids.length + rows })),
    };
    const faults = [
      ...tables.flatMap(({ name, ids }) =>
        ids.filter(isReserved).map((id) => faultAt([name, id], 'a record cannot have this name')),
      ),
      ...(parsed.error?.issues ?? []).map(({ path: at, message }) => faultAt(at.map(String), message)),
    ];
    if (!parsed.success || faults.length > 0)
      return { ...found, ...counted(faults), doubts: [], doubtCount: 0, content: null };
    const database = parsed.data;
    const doubts = doubtsOf(domain, database);
    const json = new TextEncoder().encode(JSON.stringify(database));
    const ref = fileRef(domain, path.split('/').at(-1) ?? path, database);
    const content = { ref, gzip: await gzip(json), size: json.length };
    return {
      ...{ ...found, ...counted([]), content },
      ...{ doubts: doubts.slice(0, MOST_FAULTS), doubtCount: doubts.length },
    };
  },
});

/** Each table with the ids of its rows, or with how many rows it lists without ids. */
function tablesOf(value: Json | Database) {
  return Object.entries(isJsonObject(value) ? value : {}).map(([name, rows]) => ({
    name,
    ids: isJsonObject(rows) ? Object.keys(rows) : [],
    rows: Array.isArray(rows) ? rows.length : 0,
  }));
}

function parsedFile(path: string, bytes: Uint8Array): Json {
  const text = textOf(path, bytes);
  return isToml(path) ? parseToml(text, path) : parseUntrusted(text, path);
}

const isToml = (name: string) => name.toLowerCase().endsWith('.toml');

/** The domain that has exactly these tables; those in a user's hands may be left out, as they begin alike. */
function domainOf(path: string, value: Json, domains: readonly Domain[]): Domain {
  const known = domains.map((domain) => `${Object.keys(domain.columns).join(', ')} (${domain.title})`);
  const expected = `Expected the tables ${known.join(', or ')}.`;
  if (!isJsonObject(value))
    throw new InputError(path, `a database is an object of tables; this is ${kindOf(value)}.`, expected);
  const tables = Object.keys(value);
  const found = domains.find((domain) => {
    const own: readonly string[] = domain.userSide?.tables ?? [];
    const known = Object.keys(domain.columns);
    const needed = known.filter((table) => !own.includes(table));
    return (
      needed.every((table) => Object.hasOwn(value, table)) && tables.every((table) => known.includes(table))
    );
  });
  if (found !== undefined) return found;
  const names = tables.length === 0 ? 'none' : tables.slice(0, 8).map(shown).join(', ');
  throw new InputError(path, `no domain here has these tables: ${names}.`, expected);
}

/** What a schema cannot see: rows of a user who does not exist. */
function doubtsOf(domain: Domain, database: Database): Fault[] {
  const db = State.of(database);
  const { table: users } = domain.identity;
  const doubts: Fault[] = [];
  for (const table of Object.keys(database))
    for (const id of db.ids(table)) {
      for (const owner of [domain.owner(db, { table, id })].flat())
        if (owner !== null && db.get(users, owner) === undefined)
          doubts.push(faultAt([table, id], `belongs to "${shown(owner)}", who is not in ${users}`));
    }
  return doubts;
}

function faultAt(path: readonly string[], expectation: string): Fault {
  return { place: path.map(shown).join(' › ') || 'at the top', expectation };
}

function counted(faults: readonly Fault[]) {
  return { faults: faults.slice(0, MOST_FAULTS), faultCount: faults.length };
}

/** Names that every JavaScript object has: looked up by such an id, a row that is not there would seem to be. */
const isReserved = (id: string) => Object.hasOwn(Object.prototype, id);

const shown = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
