import type { JsonObject, State } from '../../environment/index.ts';
import { judgeCall } from '../../explore/index.ts';
import { finalGoal, requestValues, type Infeasibility } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check, type Trial } from '../check.ts';

/** I1. A named fact rejects the request, and flipping exactly that fact makes it feasible. */
export const i1: Check = {
  id: 'I1',
  level: 'H',
  title: 'A named fact rejects the request, and flipping exactly that fact makes it feasible',
  run(trial) {
    if (!has(trial, 'infeasible')) return skipped('Not infeasible.');
    const parts: string[] = [];
    for (const blocked of trial.draft.infeasible) {
      const problem = blocked.kind === 'capability' ? missing(trial, blocked) : flipped(trial, blocked);
      if (problem !== null) return failed(problem);
      parts.push(
        blocked.kind === 'capability'
          ? `${blocked.call.name} does not exist; with it the call would be well typed`
          : `${blocked.rule} forbids it; with that fact flipped it runs`,
      );
    }
    return parts.length === 0 ? failed('Nothing is declared infeasible.') : passed(`${parts.join('; ')}.`);
  },
};

function missing({ domain, draft }: Trial, blocked: Infeasibility): string | null {
  if (domain.tool(blocked.call.name) !== undefined) return `${blocked.call.name} exists after all.`;
  const request = finalGoal(draft.program).find((other) => other.id === blocked.request);
  const wished = request === undefined ? undefined : domain.intent(request.intent)?.missingTool;
  if (wished === undefined || request === undefined) return `${blocked.request} names no missing tool.`;
  const open = domain
    .intent(request.intent)
    ?.slots.find(({ name }) => blocked.call.arguments[name] === undefined);
  if (blocked.call.name !== wished.name) return `${blocked.request} wishes for ${wished.name}.`;
  return open === undefined ? null : `The wish does not say which ${open.title}.`;
}

function flipped({ domain, draft, state }: Trial, blocked: Infeasibility): string | null {
  const request = finalGoal(draft.program).find((other) => other.id === blocked.request);
  const said = request === undefined ? {} : requestValues(request);
  const judge = (world: State, args: JsonObject, told: JsonObject) => {
    const call = { name: blocked.call.name, arguments: args };
    const { broken, toolAccepts } = judgeCall(domain, world, call, draft.program.userId, told);
    return { broken: broken.map(({ rule }) => rule.id), toolAccepts };
  };
  const { arguments: args } = blocked.call;
  const before = judge(state, args, said);
  if (!before.broken.includes(blocked.rule ?? ''))
    return `${blocked.call.name} does not break ${blocked.rule} on this database.`;
  const { flip } = blocked;
  if (flip === null) return 'No fact is named that would make it feasible.';
  const after = judge(
    'rows' in flip ? state.with(flip.rows) : state,
    'arguments' in flip ? { ...args, ...flip.arguments } : args,
    'said' in flip ? { ...said, ...flip.said } : said,
  );
  if (after.broken.length > 0) return `With the fact flipped, ${after.broken.join(', ')} still forbids it.`;
  return after.toolAccepts ? null : 'With the fact flipped, the tool still rejects it.';
}
