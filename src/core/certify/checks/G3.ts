import { applyCall, type Json } from '../../environment/index.ts';
import { brokenRules, governing } from '../../explore/index.ts';
import { finalGoal, requestValues, withAlternative, type UserProgram } from '../../transform/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G3. Every reference write satisfies every rule at its step. */
export const g3: Check = {
  id: 'G3',
  level: 'H',
  title: 'Every reference write satisfies every rule at its step',
  run({ calls, domain, state, draft }) {
    let current = state;
    let held = 0;
    const served = draft.criteria.reference.flatMap((step) =>
      step.type === 'call' || step.type === 'transfer' ? [step.request] : [],
    );
    for (const [i, call] of calls.entries()) {
      const situation = {
        userId: draft.program.userId,
        confirmed: true,
        earlier: calls.slice(0, i),
        said: saidIn(draft.program, served[i] ?? null),
      };
      const broken =
        domain.tool(call.name)?.kind === 'write' ? brokenRules(domain, current, call, situation) : [];
      const [first] = broken;
      if (first !== undefined)
        return failed(`${call.name} breaks ${first.rule.id}: ${first.violation.reason}`);
      held += domain.tool(call.name)?.kind === 'write' ? governing(domain, call).length : 0;
      current = applyCall(domain, current, call).state;
    }
    return passed(`${held} rule checks held.`);
  },
};

/** The slots of a request of the final goal, with the alternative that the user takes; nothing for imported tasks. */
function saidIn(program: UserProgram, id: string | null): Readonly<Record<string, Json>> | undefined {
  const request = finalGoal(program).find((other) => other.id === id);
  if (request === undefined) return undefined;
  const reaction = program.refusals[request.id];
  return requestValues(reaction === undefined ? request : withAlternative(request, reaction));
}
