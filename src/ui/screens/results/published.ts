import {
  matrix,
  publishedFigures,
  type PublishedFigure,
  type PublishedSource,
} from '#core/evaluate/index.ts';
import type { TrialRow } from '../../../store/rows.ts';
import { agentsOf, outcomesOf } from '../../state/outcomes.ts';
import type { PassLine } from './passLines.ts';

/** One domain's own lines, with those that others published about it. */
export interface Beside {
  readonly domain: string;
  readonly lines: readonly PassLine[];
  /** The largest k of any line. */
  readonly most: number;
  readonly sources: readonly PublishedSource[];
}

/** Plain tasks of the domains that somebody has published figures about; none where there is nothing to compare. */
export function besidePublished(
  trials: readonly TrialRow[],
  figures: readonly PublishedFigure[] = publishedFigures,
): readonly Beside[] {
  return [...new Set(figures.map(({ domain }) => domain))].flatMap((domain): Beside[] => {
    const own = trials.filter((trial) => trial.domain === domain && trial.condition === 'general');
    const cells = matrix(outcomesOf(own));
    const cellOf = (agent: string) => cells.find((cell) => cell.agent === agent);
    const lines = agentsOf(own).flatMap(({ id, title }): PassLine[] => {
      const values = cellOf(id)?.passHat ?? [];
      return values.length === 0 ? [] : [{ id, title, values }];
    });
    if (lines.length === 0) return [];
    const published = figures.filter((figure) => figure.domain === domain);
    const others = published.map(({ model, passHat }): PassLine => ({
      ...{ id: `published/${model}`, title: model, values: passHat, published: true },
    }));
    const all = [...lines, ...others];
    const most = Math.max(...all.map(({ values }) => values.length));
    return [{ domain, lines: all, most, sources: [...new Set(published.map(({ source }) => source))] }];
  });
}
