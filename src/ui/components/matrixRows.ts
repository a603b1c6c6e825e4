import type { Cell } from '#core/evaluate/metrics.ts';
import type { Condition } from '#core/transform/task.ts';
import { conditionOrder } from './meaning.ts';

/** One agent on one condition. */
export interface MatrixCell {
  /** pass^1; null when nothing was judged. */
  readonly value: number | null;
  /** The 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly passed: number;
  /** Judged trials. */
  readonly n: number;
  /** Trials left out: errors of model or network, invalid tasks. */
  readonly excluded?: number;
  /** The difference to the agent that the others are compared with. */
  readonly delta?: number;
  readonly href?: string;
}
export interface MatrixRow {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly cells: Readonly<Partial<Record<Condition, MatrixCell>>>;
}

interface Agent {
  readonly id: string;
  readonly title: string;
  /** "scripted baseline" */
  readonly note: string;
}

export interface MatrixOptions {
  /** Where a cell leads. */
  readonly href?: (agent: string, condition: Condition) => string;
  /** The figure of a cell; pass^1 without it. */
  readonly share?: (cell: Cell) => Share;
  /** The agent that the others are compared with. */
  readonly baseline?: string | null;
}

/** The rows of a {@link Matrix}: one per agent, from the cells that core computed. */
export function matrixRows(
  cells: readonly Cell[],
  agents: readonly Agent[],
  { href, share = pass1, baseline = null }: MatrixOptions = {},
): readonly MatrixRow[] {
  const cellOf = (agent: string | null, condition: Condition) =>
    cells.find((known) => known.agent === agent && known.condition === condition);
  return agents.map(({ id, title, note }) => ({
    id,
    label: title,
    note: id === baseline ? 'the others are compared with it' : note,
    cells: Object.fromEntries(
      conditionOrder.flatMap((condition) => {
        const cell = cellOf(id, condition);
        if (cell === undefined) return [];
        const base = id === baseline ? undefined : cellOf(baseline, condition);
        const delta = difference(share(cell).value, base === undefined ? null : share(base).value);
        return [[condition, { ...matrixCell(cell, share(cell), href?.(id, condition)), ...delta }]];
      }),
    ),
  }));
}

function difference(value: number | null, base: number | null): { delta?: number } {
  return value === null || base === null ? {} : { delta: value - base };
}

/** The figure that a cell shows: a share, null when it cannot be given, with its 95 % interval. */
export interface Share {
  readonly value: number | null;
  readonly interval: readonly [low: number, high: number];
}

const pass1 = (cell: Cell): Share => ({ value: cell.passHat[0] ?? null, interval: cell.interval });

function matrixCell(cell: Cell, { value, interval }: Share, href: string | undefined): MatrixCell {
  const [low, high] = interval;
  return {
    value,
    low,
    high,
    passed: cell.passed,
    n: cell.trials,
    excluded: cell.errors + cell.invalid,
    ...(href !== undefined && { href }),
  };
}
