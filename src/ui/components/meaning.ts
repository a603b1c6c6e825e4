import type { VerdictClass } from '#core/evaluate/verdict.ts';
import type { Condition } from '#core/transform/task.ts';

/** A verdict class, or the absence of one. */
export type Judgement = VerdictClass | 'not-run';

/** The conditions in the order every screen lists them. (The core's own list would load its schemas.) */
export const conditionOrder = [
  'general',
  'ambiguous',
  'changing',
  'infeasible',
] as const satisfies readonly Condition[];

export const conditionWords: Readonly<Record<Condition, string>> = {
  general: 'General',
  ambiguous: 'Ambiguous',
  changing: 'Changing',
  infeasible: 'Infeasible',
};

/** What each condition is, in one line. */
export const conditionHints: Readonly<Record<Condition, string>> = {
  general: 'Complete, stable and possible as asked.',
  ambiguous: 'The opening leaves out something that decides the end state.',
  changing: 'The user revises the goal on the way.',
  infeasible: 'Policy, state, tools or ownership forbid what is asked.',
};

export const judgementWords: Readonly<Record<Judgement, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  error: 'Error',
  invalid: 'Invalid',
  'not-run': 'Not run',
};
