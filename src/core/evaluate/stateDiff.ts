import diff from 'microdiff';
import { isJsonObject, sameJson } from '../environment/index.ts';
import type { ChangedRows, Json, JsonObject, State } from '../environment/index.ts';
import type { RolloutEvent } from '../rollout/index.ts';
import type { StateLine } from './verdict.ts';

type Event = RolloutEvent;

/** The rows that the calls of a rollout left behind, from its events: the last row of every record that changed. */
export function finalRows(initial: State, events: readonly Event[]): ChangedRows {
  const rows: Record<string, Record<string, JsonObject | null>> = {};
  for (const event of events) {
    if (event.type !== 'tool-result') continue;
    for (const [table, byId] of Object.entries(event.changed))
      for (const [id, row] of Object.entries(byId)) {
        const changes = (rows[table] ??= {});
        // A row that is back where it began did not change.
        if (sameJson(initial.get(table, id) ?? null, row)) delete changes[id];
        else changes[id] = row;
      }
  }
  return Object.fromEntries(Object.entries(rows).filter(([, byId]) => Object.keys(byId).length > 0));
}

/** The rows that count in a comparison: those of tables that are not free. */
export function comparedRows(rows: ChangedRows, free: ReadonlySet<string>): ChangedRows {
  if (free.size === 0) return rows;
  return Object.fromEntries(Object.entries(rows).filter(([table]) => !free.has(table)));
}

/** The accepted end state that an actual one is closest to, by the number of lines that differ. */
export function closest(
  initial: State,
  accepted: readonly ChangedRows[],
  actual: ChangedRows,
  free: ReadonlySet<string>,
): ChangedRows {
  const [first = {}, ...others] = accepted;
  if (others.length === 0) return first;
  const distance = (rows: ChangedRows) =>
    stateLines(initial, comparedRows(rows, free), comparedRows(actual, free), []).filter(
      (line) => line.verdict !== 'same',
    ).length;
  return others.reduce((best, rows) => (distance(rows) < distance(best) ? rows : best), first);
}

/** Expected against actual, field by field, each line with the call that made the actual value. */
export function stateLines(
  initial: State,
  expected: ChangedRows,
  actual: ChangedRows,
  events: readonly Event[],
): StateLine[] {
  const records = new Map<string, { table: string; id: string }>();
  for (const rows of [expected, actual])
    for (const [table, byId] of Object.entries(rows))
      for (const id of Object.keys(byId)) records.set(`${table}\u0000${id}`, { table, id });
  return [...records.values()].flatMap(({ table, id }) => {
    const before = initial.get(table, id) ?? null;
    const wanted = valueIn(expected, table, id, before);
    const found = valueIn(actual, table, id, before);
    const fields = new Set([...changedPaths(before, wanted), ...changedPaths(before, found)]);
    const lineOf = (field: string): StateLine => {
      const line = {
        table,
        id,
        field,
        before: at(before, field),
        expected: at(wanted, field),
        actual: at(found, field),
      };
      return { ...line, verdict: verdictOf(line), event: causeOf(events, table, id, field) };
    };
    const lines = [...fields].sort().map(lineOf);
    // Rows can differ in what no field shows, such as null where another has nothing.
    const unseen = lines.every(({ verdict }) => verdict === 'same') && !sameJson(wanted, found);
    return unseen ? [...lines, lineOf('')] : lines;
  });
}

function valueIn(rows: ChangedRows, table: string, id: string, before: JsonObject | null): JsonObject | null {
  const row = rows[table]?.[id];
  return row === undefined ? before : row;
}

function verdictOf(line: { before: Json; expected: Json; actual: Json }): StateLine['verdict'] {
  if (sameJson(line.expected, line.actual)) return 'same';
  if (sameJson(line.actual, line.before)) return 'missing';
  return sameJson(line.expected, line.before) ? 'extra' : 'wrong';
}

// Lists are compared whole: an inserted element would otherwise look like a change of every one after it.
function changedPaths(before: JsonObject | null, after: JsonObject | null): string[] {
  if (sameJson(before, after)) return [];
  if (before === null || after === null) return [''];
  const paths = diff(withoutLists(before), withoutLists(after)).map((entry) => entry.path.join('.'));
  return [...new Set(paths)];
}

function withoutLists(value: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isJsonObject(inner) ? withoutLists(inner) : Array.isArray(inner) ? JSON.stringify(inner) : inner,
    ]),
  );
}

// A key may have dots of its own (an address, a file name): the longest one that the path begins with is meant.
function at(value: Json, path: string): Json {
  if (path === '') return value;
  if (!isJsonObject(value)) return null;
  const [key] = Object.keys(value)
    .filter((name) => path === name || path.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length);
  return key === undefined ? null : at(value[key] ?? null, path.slice(key.length + 1));
}

/** The index of the last tool-call event that changed a field of a record; null when none did. */
function causeOf(events: readonly Event[], table: string, id: string, field: string): number | null {
  let cause: number | null = null;
  for (const event of events) {
    if (event.type !== 'tool-result') continue;
    const row = event.changed[table]?.[id];
    if (row === undefined) continue;
    if (
      field === '' ||
      cause === null ||
      !sameJson(at(row, field), lastValue(events, event.index, table, id, field))
    )
      cause = event.call;
  }
  return cause;
}

function lastValue(events: readonly Event[], before: number, table: string, id: string, field: string): Json {
  let value: Json = null;
  for (const event of events) {
    if (event.index >= before) break;
    if (event.type !== 'tool-result') continue;
    const row = event.changed[table]?.[id];
    if (row !== undefined) value = at(row, field);
  }
  return value;
}
