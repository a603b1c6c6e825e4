import type { Cell } from '#core/evaluate/metrics.ts';
import type { Condition } from '#core/transform/task.ts';
import { conditionOrder } from './meaning.ts';
import type { MatrixCell, MatrixRow } from './Matrix.svelte';

interface Agent {
  readonly id: string;
  readonly title: string;
  /** "scripted baseline" */
  readonly note: string;
}

/** The rows of a {@link Matrix}: one per agent, from the cells that core computed. */
export function matrixRows(
  cells: readonly Cell[],
  agents: readonly Agent[],
  href?: (agent: string, condition: Condition) => string,
  share: (cell: Cell) => Share = pass1,
): readonly MatrixRow[] {
  return agents.map(({ id, title, note }) => ({
    id,
    label: title,
    note,
    cells: Object.fromEntries(
      conditionOrder.flatMap((condition) => {
        const cell = cells.find((known) => known.agent === id && known.condition === condition);
        return cell === undefined ? [] : [[condition, matrixCell(cell, share(cell), href?.(id, condition))]];
      }),
    ),
  }));
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
