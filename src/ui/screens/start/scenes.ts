import type { Json, JsonObject } from '#core/environment/json.ts';
import type { JudgedRollout } from '#core/pipeline/job.ts';
import type { RolloutEvent } from '#core/rollout/event.ts';
import type { Condition } from '#core/transform/task.ts';
import { glance } from '../../components/format.ts';
import type { Recording } from '../../state/recording.ts';

/** One moment of the played run. */
export type Scene =
  | { readonly kind: 'user' | 'agent'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: JsonObject; readonly ok: boolean }
  | { readonly kind: 'rows' }
  | { readonly kind: 'verdict' };

/** A record in the small table: its cells before and after the run. */
export interface PlayedRow {
  readonly id: string;
  readonly cells: readonly { readonly before: string; readonly after: string }[];
}

/** A recorded rollout, cut down to what fits the start screen. */
export interface Played {
  readonly condition: Condition;
  readonly judged: JudgedRollout;
  readonly scenes: readonly Scene[];
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly PlayedRow[];
  /** The expected end state, one change a line; empty when nothing may change. */
  readonly expected: readonly string[];
}

const MOST_ROWS = 3;
const MOST_COLUMNS = 4;

/** What to play for a condition: a baseline that fails on it, where there is one; for general, one that passes. */
export function played(recording: Recording, condition: Condition): Played | undefined {
  const task = recording.tasks.find((known) => known.condition === condition);
  const runs = recording.rollouts.filter((known) => known.rollout.task === task?.id);
  const wanted = condition === 'general' ? 'pass' : 'fail';
  const judged = runs.find((known) => known.verdict.class === wanted) ?? runs[0];
  if (task === undefined || judged === undefined) return undefined;
  const table = mainTable(judged) ?? Object.keys(recording.rows)[0] ?? '';
  const columns = mainColumns(recording, judged, table);
  const expected = Object.entries(task.criteria.endStates[0] ?? {}).flatMap(([name, rows]) =>
    Object.entries(rows).map(([id, row]) => expectedWords(id, recording.rows[name]?.[id], row)),
  );
  const rows = playedRows(recording, judged, table, columns);
  return { condition, judged, scenes: scenes(judged), table, columns, rows, expected };
}

function scenes({ rollout }: JudgedRollout): readonly Scene[] {
  const { events } = rollout;
  const write = events.find(
    (event) => event.type === 'tool-result' && event.ok && Object.keys(event.changed).length > 0,
  );
  const until = write?.index ?? events.length;
  const [opening, ...later] = events.filter((event) => event.type === 'user-message');
  // What decides the case was said last before the write: an answer, a change of mind, a bare yes.
  const decisive = later.findLast((event) => event.index < until && !justLeaves(event));
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

/** The table that the verdict is about; else the one that was read last. */
function mainTable({ rollout, verdict }: JudgedRollout): string | undefined {
  const [line] = verdict.lines;
  if (line !== undefined) return line.table;
  const shown = rollout.events.flatMap((event) => (event.type === 'tool-result' ? event.shows : []));
  return shown.at(-1)?.table;
}

function mainColumns(recording: Recording, { verdict }: JudgedRollout, table: string): readonly string[] {
  const changed = verdict.lines
    .filter((line) => line.table === table)
    .map((line) => line.field.split('.')[0] ?? '')
    .filter((field) => field !== '');
  const usual = recording.columns[table] ?? [];
  const [first = ''] = usual;
  return [...new Set([first, ...changed, ...usual])].filter((name) => name !== '').slice(0, MOST_COLUMNS);
}

function playedRows(
  recording: Recording,
  { rollout, verdict }: JudgedRollout,
  table: string,
  columns: readonly string[],
): readonly PlayedRow[] {
  const ids = new Set(verdict.lines.filter((line) => line.table === table).map((line) => line.id));
  for (const event of rollout.events)
    if (event.type === 'tool-result')
      for (const record of event.shows) if (record.table === table) ids.add(record.id);
  return [...ids].slice(0, MOST_ROWS).map((id) => {
    const before = recording.rows[table]?.[id];
    const written = verdict.actual[table]?.[id];
    const after = written === undefined ? before : (written ?? undefined);
    const cells = columns.map((name) => ({ before: glance(before?.[name]), after: glance(after?.[name]) }));
    return { id, cells };
  });
}

function expectedWords(id: string, before: JsonObject | undefined, after: JsonObject | null): string {
  if (after === null) return `${id} is removed`;
  if (before === undefined) return `${id} is added`;
  const changed = Object.entries<Json>(after)
    .filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value))
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${glance(value)}`);
  return `${id}: ${changed.join(', ')}`;
}
