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
): readonly MatrixRow[] {
  return agents.map(({ id, title, note }) => ({
    id,
    label: title,
    note,
    cells: Object.fromEntries(
      conditionOrder.flatMap((condition) => {
        const cell = cells.find((known) => known.agent === id && known.condition === condition);
        return cell === undefined ? [] : [[condition, matrixCell(cell, href?.(id, condition))]];
      }),
    ),
  }));
}

function matrixCell(cell: Cell, href: string | undefined): MatrixCell {
  const [low, high] = cell.interval;
  return {
    value: cell.passHat[0] ?? null,
    low,
    high,
    passed: cell.passed,
    n: cell.trials,
    excluded: cell.errors + cell.invalid,
    ...(href !== undefined && { href }),
  };
}
