import { fulfilment, sameJson } from '../../environment/index.ts';
import type { JsonObject, State } from '../../environment/index.ts';
import { afterCalls, judgeCall, judgeCalls, slotContext } from '../../explore/index.ts';
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
      const problem = looks[blocked.kind](trial, blocked);
      if (problem !== null) return failed(problem);
      parts.push(words[blocked.kind](blocked));
    }
    return parts.length === 0 ? failed('Nothing is declared infeasible.') : passed(`${parts.join('; ')}.`);
  },
};

type Kind = Infeasibility['kind'];

const looks: Record<Kind, (trial: Trial, blocked: Infeasibility) => string | null> = {
  policy: flipped,
  state: flipped,
  permission: flipped,
  capability: missing,
  unwilling: refused,
};

const forbids = ({ rule }: Infeasibility) => `${rule} forbids it; with that fact flipped it runs`;
const words: Record<Kind, (blocked: Infeasibility) => string> = {
  policy: forbids,
  state: forbids,
  permission: forbids,
  capability: ({ call }) => `${call.name} does not exist; with it the call would be well typed`,
  unwilling: ({ call }) => `the user refuses ${call.name}; with a user who does it, all steps run`,
};

/** The step stands in the program as one that the user refuses; with a willing user everything would run. */
function refused({ domain, draft, state }: Trial, blocked: Infeasibility): string | null {
  if (!draft.program.unwilling?.some(({ tool }) => tool === blocked.call.name))
    return `The program does not say that the user refuses ${blocked.call.name}.`;
  const request = finalGoal(draft.program).find((other) => other.id === blocked.request);
  const intent = request === undefined ? undefined : domain.intent(request.intent);
  if (request === undefined || intent === undefined) return `${blocked.request} is no request.`;
  const { userId } = draft.program;
  const calls = fulfilment(intent, slotContext(state, userId, requestValues(request)));
  if (!calls.some((call) => sameJson(call, blocked.call)))
    return `${blocked.call.name} is no step of ${blocked.request}.`;
  const { broken, toolAccepts } = judgeCalls(domain, state, calls, userId, requestValues(request));
  if (broken.length > 0) return `Even with a willing user, ${broken[0]?.rule.id} forbids it.`;
  return toolAccepts ? null : 'Even with a willing user, a tool rejects a step.';
}

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
  const start = afterCalls(domain, state, blocked.before ?? []);
  const request = finalGoal(draft.program).find((other) => other.id === blocked.request);
  const said = request === undefined ? {} : requestValues(request);
  const judge = (world: State, args: JsonObject, told: JsonObject) => {
    const call = { ...blocked.call, arguments: args };
    const { broken, toolAccepts } = judgeCall(domain, world, call, draft.program.userId, told);
    return { broken: broken.map(({ rule }) => rule.id), toolAccepts };
  };
  const { arguments: args } = blocked.call;
  const before = judge(start, args, said);
  if (!before.broken.includes(blocked.rule ?? ''))
    return `${blocked.call.name} does not break ${blocked.rule} on this database.`;
  const { flip } = blocked;
  if (flip === null) return 'No fact is named that would make it feasible.';
  const after = judge(
    'rows' in flip ? start.with(flip.rows) : start,
    'arguments' in flip ? { ...args, ...flip.arguments } : args,
    'said' in flip ? { ...said, ...flip.said } : said,
  );
  if (after.broken.length > 0) return `With the fact flipped, ${after.broken.join(', ')} still forbids it.`;
  return after.toolAccepts ? null : 'With the fact flipped, the tool still rejects it.';
}
