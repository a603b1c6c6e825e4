import { extend, slotContext, viable } from '../../explore/index.ts';
import { openingMentions } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** A2. The answer cannot be found with tools or defaults. */
export const a2: Check = {
  id: 'A2',
  level: 'H',
  title: 'The answer cannot be found with tools or defaults',
  run(trial) {
    if (!has(trial, 'ambiguous')) return skipped('Not ambiguous.');
    const { domain, draft, state } = trial;
    const parts: string[] = [];
    for (const { request: id, slot: name } of draft.hidden) {
      const request = draft.program.requests.find((other) => other.id === id);
      const intent = request === undefined ? undefined : domain.intent(request.intent);
      if (request === undefined || intent === undefined)
        return failed(`The hidden request ${id} is not in the program.`);
      const mentions = { ...openingMentions(request) };
      let context = slotContext(state, draft.program.userId, {});
      for (const [i, slot] of intent.slots.entries()) {
        const entry = request.slots[slot.name];
        if (entry === undefined) break;
        if (slot.name === name) {
          const open = viable(intent, context, i, mentions).length;
          if (open < 2) return failed(`After reading every record, ${name} of ${id} can only be one value.`);
          parts.push(`${name}: ${open} values still fit after all reads`);
          break;
        }
        context = extend(context, slot.name, entry.value);
        mentions[slot.name] = entry.mention;
      }
    }
    return passed(`${parts.join('; ')}.`);
  },
};
