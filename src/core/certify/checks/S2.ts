import { changedRows, fulfilment, sameJson } from '../../environment/index.ts';
import { afterCalls, completions, judgeCalls, slotContext } from '../../explore/index.ts';
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
      const callsWith = (values: ReturnType<typeof requestValues>) =>
        fulfilment(intent, slotContext(current, draft.program.userId, values));
      const own = callsWith(requestValues(request));
      const target = afterCalls(domain, current, own);
      for (const values of found) {
        if (sameJson(values, requestValues(request))) continue;
        const others = callsWith(values);
        if (others.length === 0 || own.length === 0 || intent.missingTool !== undefined)
          return failed(`Request ${wish.id}: what the user says also fits ${JSON.stringify(values)}.`);
        const runs = judgeCalls(domain, current, others, draft.program.userId, values).toolAccepts;
        const end = afterCalls(domain, current, others);
        if (runs && !sameJson(changedRows(current, end), changedRows(current, target)))
          return failed(
            `Request ${wish.id}: what the user says also fits ${JSON.stringify(values)}, which ends elsewhere.`,
          );
      }
      if (
        intent.missingTool === undefined &&
        !draft.infeasible.some(
          (blocked) => blocked.request === wish.id && reaction?.type !== 'accept_alternative',
        )
      )
        current = target;
    }
    return passed(`With all that the user says, ${fits} ways to fill the slots fit, all accepted.`);
  },
};
