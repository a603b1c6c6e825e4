import type { Cell } from '#core/evaluate/index.ts';
import type { Condition } from '#core/transform/index.ts';
import type { TrialRow } from '../../../store/rows.ts';
import type { BarRow } from '../../components/bars.ts';
import { count, rate } from '../../components/format.ts';
import { conditionOrder, conditionWords } from '../../components/meaning.ts';
import { tally, valuesOf, type FacetId, type Filters, type FactsOf } from './filters.ts';

interface Agent {
  readonly id: string;
  readonly title: string;
}
type Link = (more: Filters) => string;

/** How often each diagnosis occurs, per agent, as a share of the agent's failures. */
export function failureBars(
  trials: readonly TrialRow[],
  agents: readonly Agent[],
  factsOf: FactsOf,
  link: Link,
): readonly BarRow[] {
  const failures = trials.filter((trial) => trial.class === 'fail');
  return tally(failures, 'tag', factsOf).map(([tag]) => ({
    id: tag,
    label: tag,
    bars: Object.fromEntries(
      agents.map(({ id }) => {
        const own = failures.filter((trial) => trial.agent.id === id);
        const n = own.filter((trial) => trial.tags.some((other) => other === tag)).length;
        const detail = `${n} of ${count(own.length, 'failure')}`;
        const bar = { share: n / Math.max(1, own.length), text: String(n), detail };
        return [id, n === 0 ? undefined : { ...bar, href: link({ agent: id, tag, outcome: 'fail' }) }];
      }),
    ),
  }));
}

/** The share of judged trials that passed, per value of a facet and agent. */
export function passBars(
  trials: readonly TrialRow[],
  facet: FacetId,
  agents: readonly Agent[],
  factsOf: FactsOf,
  link: Link,
): readonly BarRow[] {
  const judged = trials.filter((trial) => trial.class === 'pass' || trial.class === 'fail');
  return tally(judged, facet, factsOf).map(([value]) => ({
    id: value,
    label: value,
    bars: Object.fromEntries(
      agents.map(({ id }) => {
        const own = judged.filter(
          (trial) => trial.agent.id === id && valuesOf(facet, trial, factsOf).includes(value),
        );
        if (own.length === 0) return [id, undefined];
        const passed = own.filter((trial) => trial.class === 'pass').length;
        const share = passed / own.length;
        const detail = `${passed} of ${own.length} passed`;
        return [id, { share, text: rate(share), detail, href: link({ agent: id, [facet]: value }) }];
      }),
    ),
  }));
}

/** One line of the dialogue figures: means per judged trial. */
export interface DialogueRow {
  readonly id: string;
  readonly agent: string;
  readonly condition: string;
  readonly cell: Cell;
  readonly turns: number;
  readonly calls: number;
  readonly faults: number;
}

/** How the conversations went, per agent and condition, in the order of the matrix. */
export function dialogueRows(
  cells: readonly Cell[],
  trials: readonly TrialRow[],
  agents: readonly Agent[],
): readonly DialogueRow[] {
  const place = (cell: Cell) =>
    agents.findIndex(({ id }) => id === cell.agent) * conditionOrder.length +
    conditionOrder.findIndex((condition) => condition === cell.condition);
  const sorted = cells.toSorted((a, b) => place(a) - place(b));
  return sorted.map((cell) => {
    const own = trials.filter(
      ({ agent, condition }) => agent.id === cell.agent && condition === cell.condition,
    );
    const mean = (of: (trial: TrialRow) => number) =>
      own.reduce((sum, trial) => sum + of(trial), 0) / Math.max(1, own.length);
    return {
      id: `${cell.agent}/${cell.condition}`,
      agent: agents.find(({ id }) => id === cell.agent)?.title ?? cell.agent,
      condition: conditionWords[cell.condition as Condition],
      cell,
      turns: mean((trial) => trial.turns),
      calls: mean((trial) => trial.calls),
      faults: own.reduce((sum, trial) => sum + (trial.counts['simulator_faults'] ?? 0), 0),
    };
  });
}

/** The matrix as rows of a CSV file, with the recipe in its last line. */
export function matrixCsv(cells: readonly Cell[], recipe: string): (string | number | null)[][] {
  const most = Math.max(0, ...cells.map((cell) => cell.passHat.length));
  const ks = Array.from({ length: most }, (_, i) => i + 1);
  return [
    [
      ...['agent', 'condition', 'tasks', 'trials', 'passed', 'errors', 'invalid', 'low_95', 'high_95'],
      ...ks.map((k) => `pass^${k}`),
      ...ks.map((k) => `pass@${k}`),
    ],
    ...cells.map((cell) => [
      ...[cell.agent, cell.condition, cell.tasks, cell.trials, cell.passed, cell.errors, cell.invalid],
      ...cell.interval,
      ...ks.map((k) => cell.passHat[k - 1] ?? null),
      ...ks.map((k) => cell.passAt[k - 1] ?? null),
    ]),
    ['recipe', recipe],
  ];
}

/** Trials as rows of a CSV file, with the recipe in its last line. */
export function trialsCsv(
  trials: readonly TrialRow[],
  factsOf: FactsOf,
  recipe: string,
): (string | number | null)[][] {
  return [
    'run,task,domain,condition,kinds,agent,trial,outcome,reward,termination,tags,turns,calls'.split(','),
    ...trials.map((trial) => [
      ...[trial.run, trial.task, trial.domain, trial.condition, factsOf(trial.task).kinds.join(' ')],
      ...[trial.agent.id, trial.trial, trial.class, trial.reward, trial.termination],
      ...[trial.tags.join('; '), trial.turns, trial.calls],
    ]),
    ['recipe', recipe],
  ];
}
