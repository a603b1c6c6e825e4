import { changedRows, applyCall, sameJson } from '../../environment/index.ts';
import { completions, slotContext } from '../../explore/index.ts';
import { decisiveMentions, finalGoal, requestValues, withAlternative } from '../../transform/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** S2. Unique: alternatives that fit the text give an accepted end state. */
export const s2: Check = {
  id: 'S2',
  level: 'H',
  title: 'Unique: alternatives that fit the text give an accepted end state',
  run({ domain, draft, state }) {
    let fits = 0;
    let current = state;
    for (const wish of finalGoal(draft.program)) {
      const intent = domain.intent(wish.intent);
      const reaction = draft.program.refusals[wish.id];
      if (intent === undefined) return failed(`The intent ${wish.intent} does not exist.`);
      const request = reaction === undefined ? wish : withAlternative(wish, reaction);
      const declared = draft.infeasible.some(
        (blocked) => blocked.request === wish.id && blocked.kind === 'permission',
      );
      if (declared) continue;
      const found = completions(
        intent,
        current,
        draft.program.userId,
        decisiveMentions(request),
        50,
      ).assignments;
      fits += found.length;
      const own = intent.call?.(slotContext(current, draft.program.userId, requestValues(request)));
      const target = own === undefined ? undefined : applyCall(domain, current, own);
      for (const values of found) {
        if (sameJson(values, requestValues(request))) continue;
        const other = intent.call?.(slotContext(current, draft.program.userId, values));
        if (other === undefined || target === undefined || intent.missingTool !== undefined)
          return failed(`Request ${wish.id}: what the user says also fits ${JSON.stringify(values)}.`);
        const end = applyCall(domain, current, other);
        if (end.ok && !sameJson(changedRows(current, end.state), changedRows(current, target.state)))
          return failed(
            `Request ${wish.id}: what the user says also fits ${JSON.stringify(values)}, which ends elsewhere.`,
          );
      }
      if (
        target !== undefined &&
        intent.missingTool === undefined &&
        !draft.infeasible.some(
          (blocked) => blocked.request === wish.id && reaction?.type !== 'accept_alternative',
        )
      )
        current = target.state;
    }
    return passed(`With all that the user says, ${fits} ways to fill the slots fit, all accepted.`);
  },
};
