import type { Domain, Intent, Random, State } from '../environment/index.ts';
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

/** How often a twist that only a user's own hands make possible is tried before the others. */
const DUAL_SHARE = 0.35;

/**
 * Kinds of twist in the order in which they are tried. `dual` is left out where users have no side of their own, and
 * comes first now and then where the request at hand takes their hands: by chance alone it would be rare.
 */
export function kindsToTry<K extends string>(
  { domain, random, twist }: TransformInput,
  kinds: readonly K[],
  dual: K,
  inTurn: (random: Random, kinds: readonly K[]) => K[] = (source, all) => source.shuffle(all),
): K[] {
  if (domain.userSide === undefined)
    return inTurn(
      random,
      kinds.filter((kind) => kind !== dual),
    );
  const order = inTurn(random, kinds);
  const byHand = twist.program.requests.some(({ intent }) => domain.intent(intent)?.calls !== undefined);
  return byHand && random.chance(DUAL_SHARE) ? [dual, ...order.filter((kind) => kind !== dual)] : order;
}

/** Intents in random order, those that are wanted more often sooner. */
export function shuffleIntents(intents: readonly Intent[], random: Random): Intent[] {
  const shuffled = random.shuffle(intents);
  if (shuffled.every(({ weight = 1 }) => weight === 1)) return shuffled;
  return shuffled
    .map((intent) => ({ intent, rank: random.next() ** (1 / (intent.weight ?? 1)) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ intent }) => intent);
}

const generalKinds: ReadonlySet<string> = new Set(['one-request', 'several-requests']);

/** False for the kinds that a task has before any transform. */
export function isTwistKind(kind: string): boolean {
  return !generalKinds.has(kind);
}
