import type { StateLine } from '#core/evaluate/verdict.ts';

/** The lines of one record. */
export interface RecordLines {
  readonly key: string;
  readonly table: string;
  readonly id: string;
  readonly lines: readonly StateLine[];
}

/** Lines grouped by record, records in the order of their first line. */
export function groupLines(lines: readonly StateLine[]): readonly RecordLines[] {
  const byRecord = new Map<string, { key: string; table: string; id: string; lines: StateLine[] }>();
  for (const line of lines) {
    const key = `${line.table}/${line.id}`;
    const group = byRecord.get(key) ?? { key, table: line.table, id: line.id, lines: [] };
    group.lines.push(line);
    byRecord.set(key, group);
  }
  return [...byRecord.values()];
}
