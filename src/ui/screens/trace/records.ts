import type { Json, JsonObject } from '#core/environment/json.ts';
import type { RolloutEvent } from '#core/rollout/event.ts';
import { leafChanges } from '../../components/leaves.ts';
import type { TraceData } from './traceData.ts';

/** A field that differs from the initial state. */
export interface FieldChange {
  /** Dotted path inside the row; "" when the whole row was added or removed. */
  readonly field: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Written by the event that is shown. */
  readonly fresh: boolean;
}

/** A record as of one event. */
export interface RecordView {
  readonly key: string;
  readonly table: string;
  readonly id: string;
  /** The telling columns, with their values at this event. */
  readonly fields: readonly (readonly [name: string, value: Json | undefined])[];
  readonly changes: readonly FieldChange[];
  /** Read or written by the event that is shown. */
  readonly touchedNow: boolean;
}

type Result = Extract<RolloutEvent, { type: 'tool-result' }>;

/** Every record that was read or written up to an event: written ones first, each in the order of first touch. */
export function recordsAt(data: TraceData, at: number): readonly RecordView[] {
  const results = data.rollout.events.filter(
    (event): event is Result => event.type === 'tool-result' && event.index <= at,
  );
  const seen = new Map<string, { table: string; id: string }>();
  const rows = new Map<string, JsonObject | null>();
  const previous = new Map<string, JsonObject | null>();
  const now = new Set<string>();
  for (const result of results) {
    for (const [table, byId] of Object.entries(result.changed))
      for (const [id, row] of Object.entries(byId)) {
        const key = touch(seen, table, id);
        if (result.index === at) previous.set(key, rows.get(key) ?? data.initial.get(table, id) ?? null);
        rows.set(key, row);
        if (result.index === at) now.add(key);
      }
    for (const { table, id } of result.shows) {
      const key = touch(seen, table, id);
      if (result.index === at) now.add(key);
    }
  }
  const views = [...seen].map(([key, { table, id }]): RecordView => {
    const before = data.initial.get(table, id);
    const after = rows.has(key) ? (rows.get(key) ?? undefined) : before;
    const last = previous.has(key) ? (previous.get(key) ?? undefined) : after;
    const fresh = new Set(leafChanges(last, after).map(([field]) => field));
    const changes = leafChanges(before, after).map(([field, was, is]) => ({
      field,
      before: was,
      after: is,
      fresh: fresh.has(field),
    }));
    const columns = data.domain.columns[table] ?? [];
    const fields = columns
      .filter((name) => !changes.some(({ field }) => field === name || field === ''))
      .map((name) => [name, after?.[name]] as const);
    return { key, table, id, fields, changes, touchedNow: now.has(key) };
  });
  return views.toSorted((a, b) => Number(b.changes.length > 0) - Number(a.changes.length > 0));
}

function touch(seen: Map<string, { table: string; id: string }>, table: string, id: string): string {
  const key = `${table}/${id}`;
  if (!seen.has(key)) seen.set(key, { table, id });
  return key;
}
