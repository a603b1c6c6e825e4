import type { Cell } from '#core/evaluate/index.ts';

/** pass^k of one agent over k, all conditions together. */
export interface PassLine {
  readonly id: string;
  readonly title: string;
  /** For k = 1, 2, ... */
  readonly values: readonly number[];
  /** Somebody else's figures, to be told from one's own. */
  readonly published?: boolean;
}

/** Every cell counts by its tasks. */
export function passLines(
  agents: readonly { readonly id: string; readonly title: string }[],
  cells: readonly Cell[],
  most: number,
): readonly PassLine[] {
  return agents.map(({ id, title }) => {
    const own = cells.filter((cell) => cell.agent === id);
    const tasks = own.reduce((sum, cell) => sum + cell.tasks, 0);
    const values = Array.from(
      { length: most },
      (_, i) => own.reduce((sum, cell) => sum + (cell.passHat[i] ?? 0) * cell.tasks, 0) / Math.max(1, tasks),
    );
    return { id, title, values };
  });
}

/** A chart in its own units; one of them is a pixel where there is room. */
export interface ChartShape {
  readonly width: number;
  readonly height: number;
  /** Room for what is written beside the lines. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
export const chart: ChartShape = { width: 720, height: 240, left: 44, right: 160, top: 12, bottom: 28 };
/** For a column of a phone: the lines are shorter, and what is written stays as large. */
export const narrowChart: ChartShape = { ...chart, width: 360 };
const LABEL_HEIGHT = 14;

/** The places of everything in the chart, in its own units. */
export function chartOf(lines: readonly PassLine[], most: number, shape: ChartShape = chart) {
  const { width, height, left, right, top, bottom } = shape;
  const x = (k: number) => left + ((width - left - right) * (k - 1)) / Math.max(1, most - 1);
  const y = (value: number) => top + (height - top - bottom) * (1 - value);
  // Labels are moved apart where lines end close to each other.
  let last = -Infinity;
  const labels = lines
    .map((line) => ({ line, at: y(line.values.at(-1) ?? 0) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ line, at }) => {
      last = Math.max(at, last + LABEL_HEIGHT);
      return { line, at: last };
    });
  return { x, y, labels, ticks: [0, 0.25, 0.5, 0.75, 1] };
}

/** Lines of agents differ in their dashes, not in their colours. */
export const dashes = ['none', '6 3', '2 3', '8 3 2 3'] as const;
