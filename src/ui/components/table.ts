import type { Snippet } from 'svelte';

/** One column of a {@link DataTable}. */
export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly align?: 'start' | 'end';
  /** Any CSS width. */
  readonly width?: string;
  /** What the cell says, when no snippet draws it. */
  readonly text?: (row: Row) => string | number;
  readonly cell?: Snippet<[Row]>;
  /** Ascending order; a column without it cannot be sorted. */
  readonly compare?: (a: Row, b: Row) => number;
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

/** The rows in the chosen order; ties keep the order they came in. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const compare = columns.find((column) => column.id === sorting?.column)?.compare;
  if (compare === undefined || sorting === null) return rows;
  const sign = sorting.descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(a, b));
}

/** What a press on a column's head does: ascending, then descending, then as it came. */
export function nextSorting(current: Sorting | null, column: string): Sorting | null {
  if (current?.column !== column) return { column, descending: false };
  return current.descending ? null : { column, descending: true };
}
