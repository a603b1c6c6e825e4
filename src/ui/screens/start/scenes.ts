import type { Json, JsonObject } from '#core/environment/json.ts';
import type { ChangedRows } from '#core/environment/state.ts';
import type { StateLine } from '#core/evaluate/verdict.ts';
import type { JudgedRollout } from '#core/pipeline/job.ts';
import type { RolloutEvent } from '#core/rollout/event.ts';
import type { Condition } from '#core/transform/task.ts';
import { glance } from '../../components/format.ts';
import { leafChanges } from '../../components/leaves.ts';
import type { Recording } from '../../state/recording.ts';

/** One moment of the played run. */
export type Scene =
  | { readonly kind: 'user' | 'agent'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: JsonObject; readonly ok: boolean }
  | { readonly kind: 'rows' }
  | { readonly kind: 'verdict' };

/** A field of a record: before the run, after it, and as it should have become. */
export interface PlayedCell {
  readonly before: string;
  readonly after: string;
  readonly expected: string;
}

/** A record in the small table; the cells follow the columns. */
export interface PlayedRow {
  readonly id: string;
  readonly cells: readonly PlayedCell[];
}

/** A recorded rollout, cut down to what fits the start screen. */
export interface Played {
  readonly condition: Condition;
  readonly judged: JudgedRollout;
  readonly scenes: readonly Scene[];
  readonly table: string;
  /** Fields shown beside the id. */
  readonly columns: readonly string[];
  readonly rows: readonly PlayedRow[];
  /** The expected end state, one change a line; empty when nothing may change. */
  readonly expected: readonly string[];
}

const MOST_ROWS = 3;
const MOST_COLUMNS = 3;
const MOST_CHANGES = 2;

/** What to play for a condition: a baseline that fails on it, where there is one; for general, one that passes. */
export function played(recording: Recording, condition: Condition): Played | undefined {
  const task = recording.tasks.find((known) => known.condition === condition);
  const runs = recording.rollouts.filter((known) => known.rollout.task === task?.id);
  const wanted = condition === 'general' ? 'pass' : 'fail';
  const judged = runs.find((known) => known.verdict.class === wanted) ?? runs[0];
  if (task === undefined || judged === undefined) return undefined;
  const table = mainTable(judged) ?? Object.keys(recording.rows)[0] ?? '';
  const columns = mainColumns(recording, judged, table);
  const [end = {}] = task.criteria.endStates;
  const expected = Object.entries(end).flatMap(([name, rows]) =>
    Object.entries(rows).map(([id, row]) => expectedWords(id, recording.rows[name]?.[id], row)),
  );
  const rows = recordIds(judged, table).map((id): PlayedRow => {
    const before = recording.rows[table]?.[id];
    const after = rowAfter(judged.verdict.actual, table, id, before);
    const wanted = rowAfter(end, table, id, before);
    const cells = columns.map((name) => ({
      before: glance(before?.[name]),
      after: glance(after?.[name]),
      expected: glance(wanted?.[name]),
    }));
    return { id, cells };
  });
  return { condition, judged, scenes: scenes(judged), table, columns, rows, expected };
}

function rowAfter(
  changed: ChangedRows,
  table: string,
  id: string,
  before: JsonObject | undefined,
): JsonObject | undefined {
  const row = changed[table]?.[id];
  return row === undefined ? before : (row ?? undefined);
}

function scenes({ rollout }: JudgedRollout): readonly Scene[] {
  const { events } = rollout;
  const write = events.find(
    (event) => event.type === 'tool-result' && event.ok && Object.keys(event.changed).length > 0,
  );
  const until = write?.index ?? events.length;
  const [opening, ...later] = events.filter((event) => event.type === 'user-message');
  // What decides the case: a change of mind, or what was said last before the write (an answer, a bare yes).
  const change = events.find((event) => event.type === 'change-fired');
  const decisive =
    later.findLast((event) => change !== undefined && event.index < change.index) ??
    later.findLast((event) => event.index < until && !justLeaves(event));
  const asked = events.findLast(
    (event) => event.type === 'agent-message' && event.index < (decisive?.index ?? 0),
  );
  const calls = events.filter((event) => event.type === 'tool-call');
  const call = calls.findLast((event) => event.index < until) ?? calls[0];
  const result = events.find((event) => event.type === 'tool-result' && event.call === call?.index);
  return [
    ...said(opening),
    ...said(asked),
    ...said(decisive),
    ...(call?.type === 'tool-call'
      ? [{ kind: 'call' as const, ...call.call, ok: result?.type !== 'tool-result' || result.ok }]
      : []),
    { kind: 'rows' },
    { kind: 'verdict' },
  ];
}

function said(event: RolloutEvent | undefined): readonly Scene[] {
  if (event?.type === 'user-message') return [{ kind: 'user', text: event.text }];
  return event?.type === 'agent-message' ? [{ kind: 'agent', text: event.text }] : [];
}

function justLeaves(event: RolloutEvent): boolean {
  return event.type === 'user-message' && event.acts.every((act) => act.type === 'stop');
}

/** The table where the verdict was decided; else the one that was read last. */
function mainTable({ rollout, verdict }: JudgedRollout): string | undefined {
  const line =
    verdict.lines.find((known) => known.verdict !== 'same' && known.verdict !== 'free') ?? verdict.lines[0];
  if (line !== undefined) return line.table;
  const shown = rollout.events.flatMap((event) => (event.type === 'tool-result' ? event.shows : []));
  return shown.at(-1)?.table;
}

/** What changed or should have, single values before lists and objects; then what usually says most. */
function mainColumns(recording: Recording, { verdict }: JudgedRollout, table: string): readonly string[] {
  const usual = recording.columns[table] ?? [];
  const lines = verdict.lines.filter((line) => line.table === table && line.field !== '');
  const rank = (name: string) => (usual.includes(name) ? usual.indexOf(name) : usual.length);
  const top = (line: StateLine) => line.field.split('.')[0] ?? '';
  const isSingle = (line: StateLine) =>
    !line.field.includes('.') &&
    [line.before, line.expected, line.actual].every((value) => typeof value !== 'object' || value === null);
  const single = lines
    .filter(isSingle)
    .map(top)
    .toSorted((a, b) => rank(a) - rank(b));
  const inside = lines.filter((line) => !isSingle(line)).map(top);
  const plain = usual.filter((name) => !name.endsWith('_id'));
  return [...new Set([...single, ...(single.length === 0 ? inside : []), ...plain])].slice(0, MOST_COLUMNS);
}

function recordIds({ rollout, verdict }: JudgedRollout, table: string): readonly string[] {
  const decided = verdict.lines.filter((line) => line.table === table).map((line) => line.id);
  const shown = rollout.events.flatMap((event) => (event.type === 'tool-result' ? event.shows : []));
  const read = shown.filter((record) => record.table === table).map((record) => record.id);
  return [...new Set([...decided, ...read])].slice(0, MOST_ROWS);
}

/** "#W1: status cancelled, cancel reason no longer needed and 1 more" */
function expectedWords(id: string, before: JsonObject | undefined, after: JsonObject | null): string {
  if (after === null) return `${id} is removed`;
  if (before === undefined) return `${id} is added`;
  const changed = Object.keys(after).filter((name) => leafChanges(before[name], after[name]).length > 0);
  // A list says little in a line: it is only counted.
  const said = changed.filter((name) => !Array.isArray(after[name])).slice(0, MOST_CHANGES);
  const words = said.map((name) => fieldWords(name, before[name], after[name]));
  const more = changed.length - said.length;
  return `${id}: ${words.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What became of a field. Of an object with a single change, only that. */
function fieldWords(name: string, before: Json | undefined, after: Json | undefined): string {
  const leaves = leafChanges(before, after, name);
  const [first] = leaves;
  const [path, , value] = leaves.length === 1 && first !== undefined ? first : [name, before, after];
  const [last = name] = path.split('.').slice(-1);
  return `${last.replaceAll('_', ' ')} ${glance(value)}`;
}
