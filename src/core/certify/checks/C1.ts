import { changeSchema } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** C1. The change is a typed event with an observable trigger. */
export const c1: Check = {
  id: 'C1',
  level: 'H',
  title: 'The change is a typed event with an observable trigger',
  run(trial) {
    if (!has(trial, 'changing')) return skipped('Not changing.');
    const { changes } = trial.draft.program;
    const bad = changes.find((change) => {
      const parsed = changeSchema.safeParse(change).success;
      const { trigger } = change;
      const tool =
        trigger.type === 'asked_to_confirm' || trigger.type === 'tool_returned'
          ? trial.domain.tool(trigger.tool)?.kind
          : 'write';
      return !parsed || tool !== 'write';
    });
    if (changes.length === 0) return failed('The program has no change.');
    return bad === undefined
      ? passed(changes.map((change) => `${change.kind} on ${change.trigger.type}`).join(', '))
      : failed(`${bad.id} has no observable trigger.`);
  },
};
