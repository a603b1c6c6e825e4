import { candidatesOf, sameJson } from '../environment/index.ts';
import type {
  Candidate,
  Intent,
  Json,
  JsonObject,
  Slot,
  SlotContext,
  Database,
  View,
} from '../environment/index.ts';

/** What is known about the slots of a request: slot -> attributes that its value must have. */
export type Mentions = Readonly<
  Record<string, { attributes: JsonObject; value?: Json | undefined } | undefined>
>;

/** True when a candidate has every mentioned attribute. A list attribute has each of its elements. */
export function fits(candidate: Candidate, attributes: JsonObject): boolean {
  return Object.entries(attributes).every(([name, wanted]) => {
    const actual = candidate.attributes[name];
    return Array.isArray(actual)
      ? actual.some((element: Json) => sameJson(element, wanted))
      : actual !== undefined && sameJson(actual, wanted);
  });
}

/** The candidates of a slot that a mention fits; for an open slot with a literal value, that value. */
export function fitting(
  slot: Slot,
  context: SlotContext<Database>,
  mention: Mentions[string],
): readonly Candidate[] {
  if (mention?.value !== undefined && slot.open) return [literalCandidate(mention.value, mention.attributes)];
  const candidates = candidatesOf(slot, context);
  return mention === undefined
    ? candidates
    : candidates.filter((candidate) => fits(candidate, mention.attributes));
}

/** A candidate that no record holds: what a user brought, named by the texts and numbers in it. */
export function literalCandidate(value: Json, attributes: JsonObject): Candidate {
  return { value, attributes, label: scalarsIn(value).join(', ') };
}

function scalarsIn(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null)
    return value === null || value === '' ? [] : [String(value)];
  return Object.values<Json>(value).flatMap(scalarsIn);
}

/**
 * The values a slot may still take: candidates that fit its own mention and leave at least one fit for every
 * later slot that something was said about. This is what reading the records tells a careful reader.
 */
export function viable(
  intent: Intent,
  context: SlotContext<Database>,
  slotIndex: number,
  mentions: Mentions,
): readonly Candidate[] {
  const slot = intent.slots[slotIndex];
  if (slot === undefined) return [];
  const own = fitting(slot, context, mentions[slot.name]);
  const laterMentions = intent.slots.slice(slotIndex + 1).some((later) => mentions[later.name] !== undefined);
  if (own.length < 2 || !laterMentions) return own;
  return own.filter(
    (candidate) =>
      completable(intent, extend(context, slot.name, candidate.value), slotIndex + 1, mentions, 40).found,
  );
}

/** The context with one more slot filled. */
export function extend(context: SlotContext<Database>, slot: string, value: Json): SlotContext<Database> {
  return { ...context, values: { ...context.values, [slot]: value } };
}

// Depth-first with a budget: a slot with many candidates and a late mention must not take for ever. When the
// budget runs out the value counts as viable, so the reader asks one question more rather than one too few.
function completable(
  intent: Intent,
  context: SlotContext<Database>,
  slotIndex: number,
  mentions: Mentions,
  budget: number,
): { found: boolean; budget: number } {
  const rest = intent.slots.slice(slotIndex);
  const slot = rest[0];
  if (slot === undefined || rest.every((later) => mentions[later.name] === undefined))
    return { found: true, budget };
  let left = budget;
  for (const candidate of fitting(slot, context, mentions[slot.name])) {
    if (left <= 0) return { found: true, budget: 0 };
    const inner = completable(
      intent,
      extend(context, slot.name, candidate.value),
      slotIndex + 1,
      mentions,
      left - 1,
    );
    if (inner.found) return inner;
    left = inner.budget;
  }
  return { found: false, budget: left };
}

/**
 * Every way to fill the slots that fits the mentions, up to `limit`; `complete` says whether that was all. A slot
 * named in `fixed` takes that value, whether or not it is one of its candidates.
 */
export function completions(
  intent: Intent,
  db: View<Database>,
  userId: string,
  mentions: Mentions,
  limit: number,
  fixed: Readonly<Record<string, Json>> = {},
): { assignments: Record<string, Json>[]; complete: boolean } {
  const assignments: Record<string, Json>[] = [];
  let complete = true;
  const visit = (context: SlotContext<Database>, slotIndex: number): void => {
    if (assignments.length >= limit) {
      complete = false;
      return;
    }
    const slot = intent.slots[slotIndex];
    if (slot === undefined) {
      assignments.push({ ...context.values });
      return;
    }
    const given = fixed[slot.name];
    const values =
      given === undefined
        ? fitting(slot, context, mentions[slot.name]).map((candidate) => candidate.value)
        : [given];
    for (const value of values) visit(extend(context, slot.name, value), slotIndex + 1);
  };
  visit({ db, userId, values: {} }, 0);
  return { assignments, complete };
}

/** The candidate behind a value, or undefined when the slot has none with it. */
export function candidateFor(slot: Slot, context: SlotContext<Database>, value: Json): Candidate | undefined {
  const known = candidatesOf(slot, context).find((candidate) => sameJson(candidate.value, value));
  return known ?? (slot.open ? literalCandidate(value, {}) : undefined);
}

/** The attributes of a candidate named in one of the slot's `referBy` sets, or undefined when one is absent. */
export function pickAttributes(candidate: Candidate, names: readonly string[]): JsonObject | undefined {
  const picked: Record<string, Json> = {};
  for (const name of names) {
    const value = candidate.attributes[name];
    const scalar = Array.isArray(value) ? (value[0] as Json | undefined) : value;
    if (scalar === undefined || scalar === null) return undefined;
    picked[name] = scalar;
  }
  return picked;
}
