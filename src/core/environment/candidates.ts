import type { Candidate, SlotContext } from './intent.ts';
import type { Slot } from './domain.ts';
import { remember } from './remember.ts';
import { State, type Database } from './state.ts';

/** Lists kept per state; then it starts afresh, so that a long run does not fill the memory. */
const MOST = 4000;

class Known {
  readonly #bySlot = new Map<Slot, Map<string, readonly Candidate[]>>();
  #count = 0;

  get(slot: Slot, context: SlotContext<Database>): readonly Candidate[] {
    let lists = this.#bySlot.get(slot);
    if (lists === undefined) this.#bySlot.set(slot, (lists = new Map<string, readonly Candidate[]>()));
    const key = keyOf(context);
    let found = lists.get(key);
    if (found === undefined) {
      found = slot.candidates(context);
      if (this.#count >= MOST) this.#clear();
      lists.set(key, found);
      this.#count += 1;
    }
    return found;
  }

  #clear(): void {
    for (const lists of this.#bySlot.values()) lists.clear();
    this.#count = 0;
  }
}

// Values are ids nearly always. A string keeps its length in front, so that no two contexts share a key.
function keyOf({ userId, values }: SlotContext<Database>): string {
  let key = userId;
  for (const name in values) {
    const value = values[name];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    key += `\u0000${name}\u0000${typeof value}${text.length}:${text}`;
  }
  return key;
}

const knownIn = remember((_state: State) => new Known());

/**
 * The values that a slot can take, given those before it. A domain's function is asked once per state and context:
 * certificates ask the same question many times over.
 */
export function candidatesOf(slot: Slot, context: SlotContext<Database>): readonly Candidate[] {
  return context.db instanceof State ? knownIn(context.db).get(slot, context) : slot.candidates(context);
}
