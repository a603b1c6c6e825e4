import { describe, expect, test } from 'vitest';
import { applyCall, createRandom, prepare, seedState } from '#core/environment/index.ts';
import type {
  Candidate,
  Database,
  Domain,
  Intent,
  Json,
  SlotContext,
  State,
} from '#core/environment/index.ts';
import { domains } from './index.ts';

interface Sample {
  readonly intent: Intent;
  readonly state: State;
  readonly context: SlotContext<Database>;
  /** Per slot, in which context its candidates are looked up. */
  readonly before: readonly SlotContext<Database>[];
}

/** Every intent with its slots filled at random for some users, whatever the rules say. */
function samples(domain: Domain, state: State, perIntent: number): Sample[] {
  const users = state.ids(domain.identity.table);
  const random = createRandom(`intents/${domain.id}`);
  return domain.intents.flatMap((intent) => {
    const found: Sample[] = [];
    for (let tries = 0; tries < perIntent * 20 && found.length < perIntent; tries += 1) {
      const userId = random.pick(users);
      // Where users have a side of their own, what they want depends on what has happened to it.
      const begun = prepare(domain, state, domain.userSide?.situation(state, userId, random));
      let context: SlotContext<Database> = { db: begun, userId, values: {} };
      const before: SlotContext<Database>[] = [];
      for (const slot of intent.slots) {
        before.push(context);
        const candidates = slot.candidates(context);
        const chosen: Candidate | undefined =
          candidates.length > 0 ? random.pick(candidates) : slot.sample?.(context, random);
        if (chosen === undefined) break;
        context = { ...context, values: { ...context.values, [slot.name]: chosen.value } };
      }
      if (Object.keys(context.values).length === intent.slots.length)
        found.push({ intent, state: begun, context, before });
    }
    return found;
  });
}

const scalar = (value: Json | undefined): Json | undefined =>
  Array.isArray(value) ? (value[0] as Json | undefined) : value;
const broken = /undefined|\[object|NaN| {2}/;

// What the comments of the contract promise about slots and intents, for every domain.
describe.each(domains.map((domain) => [domain.id, domain] as const))('the intents of %s', (_, domain) => {
  const state = seedState(domain, 'intents', 40);
  const all = samples(domain, state, 8);

  test('can all be wanted by somebody', () => {
    const wanted = new Set(all.map(({ intent }) => intent.id));
    expect(domain.intents.map(({ id }) => id).filter((id) => !wanted.has(id))).toEqual([]);
  });

  test('label every candidate differently', () => {
    for (const { intent, before } of all)
      for (const [i, slot] of intent.slots.entries()) {
        const context = before[i];
        if (context === undefined) continue;
        const labels = slot.candidates(context).map(({ label }) => label);
        expect(new Set(labels).size, `${intent.id}.${slot.name}: ${labels.join('; ')}`).toBe(labels.length);
      }
  });

  test('have words for every way to refer to a candidate, and for what would be done', () => {
    const random = createRandom('phrases');
    const said = all.flatMap(({ intent, before }) =>
      intent.slots.flatMap((slot, i) => {
        const context = before[i];
        const candidates = context === undefined ? [] : slot.candidates(context);
        return candidates.slice(0, 4).flatMap(({ attributes }) =>
          slot.referBy.flatMap((names) => {
            const mention = Object.fromEntries(names.map((name) => [name, scalar(attributes[name]) ?? null]));
            if (Object.values(mention).includes(null)) return [];
            const phrase = slot.phrase(mention, random);
            // What could be nothing else goes without saying.
            return phrase === '' && candidates.length === 1 ? [] : [phrase];
          }),
        );
      }),
    );
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((phrase) => broken.test(phrase) || phrase.trim() !== phrase)).toEqual([]);
    expect(said.filter((phrase) => phrase === '')).toEqual([]);
    expect(
      all.map(({ intent, context }) => intent.describe(context)).filter((line) => broken.test(line)),
    ).toEqual([]);
  });

  test('read without an error, and answer with what can be recognised', () => {
    for (const { intent, state: begun, context, before } of all) {
      const reads = intent.slots.flatMap((slot, i) => slot.reads(before[i] ?? context, {}));
      for (const read of [...reads, ...(intent.reads?.(context) ?? [])])
        expect(applyCall(domain, begun, read), `${intent.id}: ${read.name}`).toMatchObject({
          ok: true,
        });
      for (const { value } of intent.answer?.(context) ?? []) expect(value, intent.id).toMatch(/^\d+$|.{3}/);
    }
  });

  test('make calls that their tools can read, and read them back', () => {
    for (const { intent, context } of all) {
      const call = intent.missingTool === undefined ? intent.call?.(context) : undefined;
      if (call === undefined) continue;
      expect(domain.tool(call.name)?.parameters.safeParse(call.arguments).success, intent.id).toBe(true);
      const values = intent.parse?.(context.db, call)?.values ?? {};
      // What no argument carries cannot be read back, and then another wish may make the very same call.
      if (intent.slots.some(({ fact }) => fact === true))
        expect(intent.call?.({ ...context, values }), intent.id).toEqual(call);
      else expect(values, intent.id).toEqual(context.values);
    }
  });

  test('open with sentences about their own slots', () => {
    for (const { id, opening, slots } of domain.intents) {
      const names = slots.map((slot) => slot.name);
      const said = opening.map((template) =>
        [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
      );
      for (const slot of said.flat()) expect(names, id).toContain(slot);
      // One that says it all, or there would be no general task.
      expect(
        said.some((some) => names.every((name) => some.includes(name))),
        id,
      ).toBe(true);
      for (const template of opening) expect(template.replace(/\[[^[\]]*\]/g, ''), id).not.toMatch(/[[\]]/);
    }
  });
});
