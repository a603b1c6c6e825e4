import type { Domain, Random, State } from '../environment/index.ts';
import type { Trajectory } from '../explore/index.ts';
import type { Condition, HiddenSlot, Infeasibility, Outcome } from './task.ts';
import type { UserProgram } from './userProgram.ts';

/** Difficulty, as numbers. Absent knobs vary with the random source. */
export interface TransformKnobs {
  readonly hiddenSlots?: number | undefined;
  readonly triggerTurn?: number | undefined;
  readonly distractors?: number | undefined;
  readonly pressure?: number | undefined;
}

/** A user program with what its transforms promise about it. The certifier checks every promise by execution. */
export interface Twist {
  readonly program: UserProgram;
  readonly conditions: readonly Condition[];
  readonly kinds: readonly string[];
  readonly transforms: readonly string[];
  readonly hidden: readonly HiddenSlot[];
  readonly infeasible: readonly Infeasibility[];
  /** Outcomes other than `done`, per request. */
  readonly outcomes: Readonly<Record<string, readonly Outcome[]>>;
  readonly knobs: Readonly<Record<string, number>>;
}

/** What a transform works on. */
export interface TransformInput {
  readonly domain: Domain;
  readonly state: State;
  readonly trajectory: Trajectory;
  /** A plain twist, or one that another transform made: that is how conditions compose. */
  readonly twist: Twist;
  readonly random: Random;
  readonly knobs: TransformKnobs;
}

/**
 * A transform adds one intent condition to a user program. The built-in ones have no other means than this
 * contract. It yields attempts, best first; the caller keeps those that the certifier accepts.
 */
export interface Transform {
  readonly id: string;
  readonly condition: Condition;
  readonly title: string;
  readonly description: string;
  apply(input: TransformInput): Generator<Twist>;
}

const generalKinds: ReadonlySet<string> = new Set(['one-request', 'several-requests']);

/** False for the kinds that a task has before any transform. */
export function isTwistKind(kind: string): boolean {
  return !generalKinds.has(kind);
}
