import type { CheckId, CheckResult, Task } from '#core/certify/index.ts';
import type { Domain, State } from '#core/environment/index.ts';
import type { Request } from '#core/transform/index.ts';
import { changeKindWords, triggerWords } from '../../components/changeWords.ts';
import { glance } from '../../components/format.ts';
import { leafChanges } from '../../components/leaves.ts';

/** What a transform did to a trajectory, in sentences. */
export function twistWords(task: Task, domain: Domain): readonly string[] {
  const { program } = task;
  const title = (request: string, slot: string) => {
    const intent = [...program.requests, ...program.changes.flatMap(({ add }) => add)].find(
      ({ id }) => id === request,
    )?.intent;
    return domain.intent(intent ?? '')?.slots.find(({ name }) => name === slot)?.title ?? slot;
  };
  return [
    ...task.hidden.map(
      ({ request, slot, fits }) => `The opening leaves the ${title(request, slot)} open; ${fits} would fit.`,
    ),
    ...program.changes.map(
      (change) => `${changeKindWords[change.kind]} ${triggerWords(change.trigger)}: “${change.text}”`,
    ),
    ...task.infeasible.map(({ kind, reason }) => `Not possible (${kind}): ${reason}`),
    ...(task.chance < 1 ? [`Chance of a right guess: ${Math.round(task.chance * 100)} %.`] : []),
  ];
}

/** A slot as the user holds it. */
export interface HeldSlot {
  readonly name: string;
  readonly title: string;
  readonly value: string;
  /** When the user tells it; empty when the opening does. */
  readonly when: string;
}

/** A request with what the user knows about it. */
export interface HeldRequest {
  readonly id: string;
  readonly title: string;
  /** Becomes part of the goal only by a change. */
  readonly later: boolean;
  readonly slots: readonly HeldSlot[];
}

/** What the simulated user wants, slot by slot, and what of it they hold back. */
export function heldRequests({ program }: Task, domain: Domain): readonly HeldRequest[] {
  const held = (request: Request, later: boolean): HeldRequest => {
    const intent = domain.intent(request.intent);
    return {
      id: request.id,
      title: intent?.title ?? request.intent,
      later,
      slots: Object.entries(request.slots).map(([name, slot]) => ({
        name,
        title: intent?.slots.find((known) => known.name === name)?.title ?? name,
        value: slot.label,
        when:
          slot.knownBy === 'lookup' && slot.reveal !== 'opening' ? 'can be looked up' : reveals[slot.reveal],
      })),
    };
  };
  return [
    ...program.requests.map((request) => held(request, false)),
    ...program.changes.flatMap(({ add }) => add.map((request) => held(request, true))),
  ];
}

const reveals = {
  opening: '',
  when_asked: 'when asked',
  when_wrong: 'when the agent gets it wrong',
  never: 'never',
} as const;

/** How the user takes a refusal, one sentence per kind of reaction. */
export function refusalWords({ program }: Task): readonly string[] {
  const words = Object.values(program.refusals).map((reaction) => {
    if (reaction.type === 'accept') return 'Takes a refusal.';
    if (reaction.type === 'push_back')
      return `Insists ${reaction.texts.length === 1 ? 'once' : `${reaction.texts.length} times`} when refused.`;
    return `Takes ${reaction.entry.label} instead when refused.`;
  });
  const unwilling = (program.unwilling ?? []).map(({ tool }) => `Will not use ${tool}.`);
  return [...new Set([...words, ...unwilling])];
}

/** One thing that has to be so at the end. */
export interface EndLine {
  /** The record or the request it is about. */
  readonly of: string;
  readonly text: string;
}

const MOST_FIELDS = 4;

/** The expected end state, and what the agent has to say. Empty when nothing changes and nothing has to be said. */
export function endLines(task: Task, initial: State | null): readonly EndLine[] {
  const [end = {}] = task.criteria.endStates;
  const rows = Object.entries(end).flatMap(([table, byId]) =>
    Object.entries(byId).flatMap(([id, row]): EndLine[] => {
      const of = `${table} ${id}`;
      const before = initial?.get(table, id);
      if (row === null) return [{ of, text: 'removed' }];
      if (before === undefined) return [{ of, text: initial === null ? 'changed' : 'added' }];
      const changes = leafChanges(before, row);
      const lines = changes.slice(0, MOST_FIELDS).map(([path, was, is]) => ({
        of,
        text: `${path}: ${glance(was)} → ${glance(is)}`,
      }));
      const more = changes.length - MOST_FIELDS;
      return more > 0 ? [...lines, { of, text: `and ${more} more` }] : lines;
    }),
  );
  const told = task.criteria.communicate.map(({ title, value }) => ({
    of: 'the agent says',
    text: `${title}: ${value}`,
  }));
  return [...rows, ...told];
}

/** The four gates that a glance needs. Every check belongs to one. */
export const gates = [
  { id: 'replays', label: 'Replays', checks: ['G1', 'G2', 'G3', 'G6', 'G7', 'G8', 'S8'] },
  {
    id: 'unique',
    label: 'Unique end state',
    checks: ['G4', 'G5', 'S2', 'S4', 'S6', 'A1', 'A2', 'A4', 'C2', 'C4'],
  },
  { id: 'leak', label: 'No leak', checks: ['S5', 'A3', 'C1', 'E3', 'U1', 'U2'] },
  {
    id: 'solvable',
    label: 'Solvable, or provably not',
    checks: ['S1', 'S3', 'S7', 'C3', 'I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'E1', 'E2', 'E4', 'R1', 'R2'],
  },
] as const satisfies readonly { id: string; label: string; checks: readonly CheckId[] }[];

/** What came of a gate, with the checks behind it. */
export function gateResult(
  checks: readonly CheckResult[],
  ids: readonly CheckId[],
): { readonly passed: boolean; readonly checks: readonly CheckResult[] } {
  const own = checks.filter(({ id, status }) => ids.includes(id) && status !== 'skipped');
  return { passed: own.every(({ status }) => status !== 'failed'), checks: own };
}
