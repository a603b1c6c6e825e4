import { says } from '../../environment/index.ts';
import { conditions } from '../../transform/index.ts';
import { leaves } from '../../explore/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** S5. No leak: hidden values and the condition occur in nothing readable before their time. */
export const s5: Check = {
  id: 'S5',
  level: 'H',
  title: 'No leak: hidden values and the condition occur in nothing readable before their time',
  run({ draft }) {
    const text = draft.program.openingText;
    for (const { request, slot } of draft.hidden) {
      const entry = draft.program.requests.find((other) => other.id === request)?.slots[slot];
      if (entry === undefined) return failed(`The hidden slot ${slot} of ${request} is not in the program.`);
      const given = new Set(leaves(entry.opening?.attributes ?? {}).map((leaf) => String(leaf.value)));
      const secrets = leaves(entry.mention.attributes)
        .map((leaf) => String(leaf.value))
        .filter((value) => value.length >= 3 && !given.has(value));
      const others = draft.program.requests.flatMap((other) =>
        Object.entries(other.slots).flatMap(([name, item]) =>
          other.id === request && name === slot ? [] : leaves(item.opening?.attributes ?? {}),
        ),
      );
      const leaked = secrets.find(
        (value) => says(text, value) && !others.some((leaf) => says(String(leaf.value), value)),
      );
      if (leaked !== undefined)
        return failed(`The opening says "${leaked}", which it should hold back (${slot}).`);
      if (entry.opening !== null && entry.opening.text === entry.mention.text)
        return failed(`The opening already says everything about ${slot}.`);
    }
    const named = conditions.find((condition) => condition !== 'general' && says(text, condition));
    if (named !== undefined) return failed(`The opening says the word "${named}".`);
    const early = draft.program.changes.find((change) => text.includes(change.text));
    return early === undefined
      ? passed(
          `${draft.hidden.length} hidden values and ${draft.program.changes.length} changes do not occur in the opening.`,
        )
      : failed('The opening already tells the change.');
  },
};
