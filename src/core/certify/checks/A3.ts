import { UserSimulator } from '../../rollout/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** A3. The user program holds the answer and reveals it only to a matching question. */
export const a3: Check = {
  id: 'A3',
  level: 'H',
  title: 'The user program holds the answer and reveals it only to a matching question',
  run(trial) {
    if (!has(trial, 'ambiguous')) return skipped('Not ambiguous.');
    const { domain, draft, state } = trial;
    for (const { request, slot } of draft.hidden) {
      const entry = draft.program.requests.find((other) => other.id === request)?.slots[slot];
      if (entry?.reveal !== 'when_asked') return failed(`${slot} of ${request} is not revealed when asked.`);
      const unasked = new UserSimulator(domain, { ...draft.program, changes: [] }, 'A3');
      unasked.open();
      const idle = unasked.reply([{ type: 'acknowledge' }], state);
      if (idle.acts.some((act) => act.type === 'answer'))
        return failed(`The user tells ${slot} without being asked.`);
      const asked = new UserSimulator(domain, { ...draft.program, changes: [] }, 'A3');
      asked.open();
      const reply = asked.reply([{ type: 'ask_slot', request, slot }], state);
      if (!reply.acts.some((act) => act.type === 'answer' && act.slot === slot))
        return failed(`The user does not answer a question about ${slot}.`);
    }
    return passed(`${draft.hidden.length} hidden values are told when asked and not before.`);
  },
};
