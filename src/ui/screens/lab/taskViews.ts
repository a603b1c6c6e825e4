import { diffWords } from 'diff';
import type { CheckId, CheckResult, Task } from '#core/certify/index.ts';
import type { Domain } from '#core/environment/index.ts';
import { changeKindWords, triggerWords } from '../../components/changeWords.ts';

/** A piece of a text against another: in both, or only in the second. */
export interface Piece {
  readonly text: string;
  readonly added: boolean;
}

/** The second text, its words marked that the first has not. What was left out is told by {@link leftOut}. */
export function newWords(base: string, twisted: string): readonly Piece[] {
  return diffWords(base, twisted)
    .filter((part) => !part.removed)
    .map(({ value, added }) => ({ text: value, added }));
}

/** The words that the second text does not say any more. */
export function leftOut(base: string, twisted: string): readonly string[] {
  return diffWords(base, twisted)
    .filter((part) => part.removed && part.value.trim() !== '')
    .map(({ value }) => value.trim());
}

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

/** What the simulated user keeps to themselves, and when they say it. */
export function scriptWords(task: Task, domain: Domain): readonly string[] {
  const { requests, refusals } = task.program;
  const when = {
    opening: 'says at once',
    when_asked: 'says when asked',
    when_wrong: 'says when the agent gets it wrong',
    never: 'never says',
  } as const;
  return [
    ...requests.flatMap((request) =>
      Object.entries(request.slots).map(([name, slot]) => {
        const title =
          domain.intent(request.intent)?.slots.find((known) => known.name === name)?.title ?? name;
        return `${when[slot.reveal]}: ${title} is ${slot.label}`;
      }),
    ),
    ...Object.values(refusals).map((reaction) => {
      if (reaction.type === 'accept') return 'takes a refusal';
      if (reaction.type === 'push_back')
        return `insists ${reaction.texts.length === 1 ? 'once' : `${reaction.texts.length} times`} when refused`;
      return `takes ${reaction.entry.label} instead when refused`;
    }),
  ];
}

/** The rows that have to be different at the end, in words. */
export function endWords(task: Task): readonly string[] {
  const [end = {}] = task.criteria.endStates;
  const rows = Object.entries(end).flatMap(([table, byId]) =>
    Object.entries(byId).map(([id, row]) => `${table} ${id} ${row === null ? 'is removed' : 'is changed'}`),
  );
  const told = task.criteria.communicate.map(({ title, value }) => `the agent says ${title}: ${value}`);
  const all = [...rows, ...told];
  return all.length === 0 ? ['nothing changes'] : all;
}

/** The four gates that a glance needs, each over several checks. */
export const gates = [
  { id: 'replays', label: 'Replays', checks: ['G1', 'G2', 'G3', 'G7', 'G8'] },
  { id: 'unique', label: 'Unique end state', checks: ['G4', 'G5', 'S2', 'A1', 'A2', 'C2'] },
  { id: 'leak', label: 'No leak', checks: ['S5', 'A3', 'C1', 'C3'] },
  {
    id: 'solvable',
    label: 'Solvable, or provably not',
    checks: ['E1', 'E2', 'E3', 'I1', 'I2', 'I3', 'I4', 'I5'],
  },
] as const satisfies readonly { id: string; label: string; checks: readonly CheckId[] }[];

/** What came of a gate: the first check that failed, else the first that warns, else nothing. */
export function gateResult(
  checks: readonly CheckResult[],
  ids: readonly CheckId[],
): { readonly passed: boolean; readonly why: string } {
  const own = checks.filter(({ id, status }) => ids.includes(id) && status !== 'skipped');
  const failed = own.find(({ status }) => status === 'failed');
  if (failed !== undefined) return { passed: false, why: `${failed.id}: ${failed.evidence}` };
  return { passed: true, why: own.map(({ id, evidence }) => `${id}: ${evidence}`).join('\n') };
}
