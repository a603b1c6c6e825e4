import { fitting, slotContext, extend } from '../../explore/index.ts';
import { decisiveMentions, finalGoal } from '../../transform/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** S3. Stated constraints can be satisfied in this database. */
export const s3: Check = {
  id: 'S3',
  level: 'H',
  title: 'Stated constraints can be satisfied in this database',
  run({ domain, draft, reference, state }) {
    let slots = 0;
    for (const request of finalGoal(draft.program)) {
      const intent = domain.intent(request.intent);
      if (intent === undefined) return failed(`The intent ${request.intent} does not exist.`);
      if (draft.infeasible.some((blocked) => blocked.request === request.id)) continue;
      const mentions = decisiveMentions(request);
      let context = slotContext(state, draft.program.userId, {});
      for (const slot of intent.slots) {
        const entry = request.slots[slot.name];
        if (entry === undefined) return failed(`Request ${request.id} has no ${slot.name}.`);
        // On the initial database, or after the writes: an earlier request may make room for a later one.
        const after = { ...context, db: reference.state };
        if ([context, after].every((view) => fitting(slot, view, mentions[slot.name]).length === 0))
          return failed(`Nothing in the database fits "${entry.mention.text}" for ${slot.name}.`);
        slots += 1;
        context = extend(context, slot.name, entry.value);
      }
    }
    return passed(`${slots} stated constraints have something that fits.`);
  },
};
