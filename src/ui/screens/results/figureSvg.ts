import type { Condition } from '#core/transform/index.ts';
import { rate } from '../../components/format.ts';
import type { MatrixRow } from '../../components/matrixRows.ts';
import { conditionWords } from '../../components/meaning.ts';
import { chart, chartOf, dashes, type PassLine } from './passLines.ts';

/** The colours of a picture, by the names of their tokens. */
export const figureColours = ['ground', 'ink', 'ink-2', 'line', 'pressed', 'pass-fill'] as const;
type Colours = Readonly<Record<(typeof figureColours)[number], string>>;

interface Figure {
  readonly title: string;
  /** What the figures rest on; stands in the picture, so that it can be found again. */
  readonly recipe: string;
  readonly colours: Colours;
}

const MARGIN = 16;
const [LABEL, CELL, HEAD, ROW, FOOT] = [150, 172, 56, 52, 28] as const;

/** The results matrix as a picture: bars with their intervals, and what each rests on. */
export function matrixSvg(
  figure: Figure,
  rows: readonly MatrixRow[],
  conditions: readonly Condition[],
): string {
  const { colours } = figure;
  const width = 2 * MARGIN + LABEL + CELL * conditions.length;
  const height = HEAD + ROW * rows.length + FOOT + MARGIN;
  const left = (column: number) => MARGIN + LABEL + CELL * column;
  const head = conditions.map((condition, column) =>
    text(left(column), HEAD - 12, conditionWords[condition], { fill: colours['ink-2'] }),
  );
  const body = rows.flatMap((row, index) => {
    const top = HEAD + ROW * index;
    const cells = conditions.map((condition, column) => {
      const cell = row.cells[condition];
      if (cell === undefined || cell.value === null)
        return text(left(column), top + 28, 'no trial', { fill: colours['ink-2'], size: 11 });
      const long = CELL - 24;
      const at = (share: number) => left(column) + long * Math.max(0, Math.min(1, share));
      const [bar, middle] = [top + 26, top + 30];
      return [
        text(left(column), top + 20, rate(cell.value), { fill: colours.ink, size: 14, weight: 600 }),
        text(left(column) + long, top + 20, `${rate(cell.low)}–${rate(cell.high)}`, {
          ...{ fill: colours['ink-2'], size: 11, anchor: 'end' },
        }),
        rect(left(column), bar, long, colours.pressed),
        rect(left(column), bar, at(cell.value) - left(column), colours['pass-fill']),
        line(at(cell.low), middle, at(cell.high), middle, colours.ink),
        line(at(cell.low), bar - 2, at(cell.low), bar + 10, colours.ink),
        line(at(cell.high), bar - 2, at(cell.high), bar + 10, colours.ink),
        text(left(column), top + 46, `${cell.passed} of ${cell.n}`, { fill: colours['ink-2'], size: 11 }),
      ].join('');
    });
    return [
      line(MARGIN, top, width - MARGIN, top, colours.line),
      text(MARGIN, top + 24, row.label, { fill: colours.ink, weight: 600 }),
      text(MARGIN, top + 40, row.note ?? '', { fill: colours['ink-2'], size: 11 }),
      ...cells,
    ];
  });
  return svg(figure, width, height, [...head, ...body]);
}

/** pass^k over k as a picture. */
export function linesSvg(figure: Figure, lines: readonly PassLine[], most: number): string {
  const { colours } = figure;
  const { x, y, labels, ticks } = chartOf(lines, most);
  const parts = [
    ...ticks.flatMap((value) => [
      line(chart.left, y(value), chart.width - chart.right, y(value), colours.line),
      text(chart.left - 8, y(value) + 4, rate(value), { fill: colours['ink-2'], size: 12, anchor: 'end' }),
    ]),
    ...Array.from({ length: most }, (_, i) =>
      text(x(i + 1), chart.height - 8, `k = ${i + 1}`, {
        fill: colours['ink-2'],
        size: 12,
        anchor: 'middle',
      }),
    ),
    ...lines.flatMap(({ values }, index) => [
      `<polyline points="${values.map((value, i) => `${x(i + 1)},${y(value)}`).join(' ')}" fill="none" stroke="${colours.ink}" stroke-width="1.5" stroke-dasharray="${dashes[index % dashes.length] ?? 'none'}"/>`,
      ...values.map((value, i) => `<circle cx="${x(i + 1)}" cy="${y(value)}" r="3" fill="${colours.ink}"/>`),
    ]),
    ...labels.map(({ line: { title, values }, at }) =>
      text(chart.width - chart.right + 10, at + 4, `${title} ${rate(values.at(-1) ?? 0)}`, {
        ...{ fill: colours.ink, size: 12, weight: 500 },
      }),
    ),
  ];
  const moved = `<g transform="translate(${MARGIN} ${HEAD - 16})">${parts.join('')}</g>`;
  return svg(figure, chart.width + 2 * MARGIN, HEAD - 16 + chart.height + FOOT + MARGIN, [moved]);
}

function svg(
  { title, recipe, colours }: Figure,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif">`,
    `<title>${escaped(title)}</title><desc>${escaped(recipe)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${colours.ground}"/>`,
    text(MARGIN, 24, title, { fill: colours.ink, size: 14, weight: 600 }),
    ...parts,
    text(MARGIN, height - MARGIN, recipe, { fill: colours['ink-2'], size: 11 }),
    '</svg>\n',
  ].join('');
}

interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly weight?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
}

function text(x: number, y: number, words: string, style: TextStyle): string {
  const { fill, size = 13, weight = 400, anchor = 'start' } = style;
  return `<text x="${x}" y="${y}" fill="${fill}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function rect(x: number, y: number, width: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="8" rx="2" fill="${fill}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${stroke}" stroke-width="1.25"/>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
