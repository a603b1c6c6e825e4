import { applyCall, changedRows, fulfilment, isServable, sameJson } from '../../environment/index.ts';
import type { Json, State, ToolCall } from '../../environment/index.ts';
import { afterCalls, completions, isAllowed, slotContext } from '../../explore/index.ts';
import { requestValues, type Infeasibility } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check, type Trial } from '../check.ts';

/** Calls tried per request and step. */
const BUDGET = 30;
/** Calls in a row. */
const STEPS = 2;
/** Ways to fill one intent that are looked at. */
const WAYS = 12;

/** I5. No compliant workaround within the bounded search. */
export const i5: Check = {
  id: 'I5',
  level: 'H',
  title: 'No compliant workaround within the bounded search',
  run(trial) {
    if (!has(trial, 'infeasible')) return skipped('Not infeasible.');
    const parts: string[] = [];
    for (const blocked of trial.draft.infeasible) {
      const goal = wanted(trial, blocked);
      if (goal === null) {
        parts.push(
          blocked.kind === 'unwilling'
            ? `${blocked.call.name}: only the user can do it, and they refuse`
            : `${blocked.call.name}: no tool, so no call to work around it`,
        );
        continue;
      }
      const { detour, tried } = search(trial, blocked, goal);
      if (detour !== undefined)
        return failed(
          `Allowed calls get there all the same: ${detour.map((call) => call.name).join(', then ')}.`,
        );
      parts.push(
        tried === 0
          ? `no rule-abiding call touches what ${blocked.call.name} is about`
          : `${tried} allowed calls, up to two in a row, do not get there`,
      );
    }
    return passed(`${parts.join('; ')}.`);
  },
};

type Wanted = { table: string; id: string; fields: Record<string, unknown> }[];

/** The fields that the wish would set: its effect where the deciding fact is flipped. */
function wanted({ domain, state }: Trial, { before = [], call, flip }: Infeasibility): Wanted | null {
  if (domain.tool(call.name) === undefined || flip === null) return null;
  const start = afterCalls(domain, state, before);
  const world = 'rows' in flip ? start.with(flip.rows) : start;
  const wish = 'rows' in flip ? call : { ...call, arguments: { ...call.arguments, ...flip.arguments } };
  // With an argument flipped it is another wish: what is wanted is then the effect of the wish as it stands.
  const outcome = applyCall(domain, world, 'rows' in flip ? wish : call);
  if (!outcome.ok) return null;
  return Object.entries(changedRows(world, outcome.state)).flatMap(([table, rows]) =>
    Object.entries(rows).map(([id, row]) => ({
      table,
      id,
      fields: Object.fromEntries(
        Object.entries(row ?? {}).filter(([field, value]) => !sameJson(world.get(table, id)?.[field], value)),
      ),
    })),
  );
}

function reached(state: State, goal: Wanted): boolean {
  return goal.every(({ table, id, fields }) =>
    Object.entries(fields).every(
      ([field, value]) => JSON.stringify(state.get(table, id)?.[field]) === JSON.stringify(value),
    ),
  );
}

/** Rule-abiding calls about the records of the request: every single one, then pairs, each within a budget. */
function search(trial: Trial, blocked: Infeasibility, goal: Wanted): { detour?: ToolCall[]; tried: number } {
  const about = subject(trial, blocked, goal);
  let tried = 0;
  let from: { state: State; path: ToolCall[] }[] = [{ state: trial.state, path: [] }];
  for (let step = 0; step < STEPS; step += 1) {
    const next: typeof from = [];
    const most = tried + BUDGET;
    for (const { state, path } of from) {
      if (tried === most) break;
      for (const call of allowedCalls(trial, blocked, state, about)) {
        tried += 1;
        const outcome = applyCall(trial.domain, state, call);
        if (outcome.ok) {
          if (reached(outcome.state, goal)) return { detour: [...path, call], tried };
          next.push({ state: outcome.state, path: [...path, call] });
        }
        if (tried === most) break;
      }
    }
    from = next;
  }
  return { tried };
}

/** Every call about the same records that no rule forbids, but for the blocked one. */
function* allowedCalls(
  { domain, draft }: Trial,
  blocked: Infeasibility,
  state: State,
  about: Readonly<Record<string, Json>>,
): Generator<ToolCall> {
  const { userId } = draft.program;
  for (const intent of domain.intents) {
    if (!isServable(intent)) continue;
    for (const values of completions(intent, state, userId, {}, WAYS, about).assignments)
      for (const call of fulfilment(intent, slotContext(state, userId, values))) {
        if (sameJson([call.name, call.arguments], [blocked.call.name, blocked.call.arguments])) continue;
        // Whether the tool runs it shows when it is tried.
        if (isAllowed(domain, state, call, { userId, confirmed: true, earlier: [] })) yield call;
      }
  }
}

/**
 * The slots of the request that name a record which the wish would change, or whose facts forbid it. Other intents
 * have them under the same names.
 */
function subject({ draft }: Trial, blocked: Infeasibility, goal: Wanted): Record<string, Json> {
  const { flip } = blocked;
  const deciding = flip !== null && 'rows' in flip ? Object.values(flip.rows).flatMap(Object.keys) : [];
  const records = new Set<Json>([...goal.map(({ id }) => id), ...deciding]);
  const { requests, changes } = draft.program;
  const request = [...requests, ...changes.flatMap((change) => change.add)].find(
    ({ id }) => id === blocked.request,
  );
  if (request === undefined) return {};
  return Object.fromEntries(Object.entries(requestValues(request)).filter(([, value]) => records.has(value)));
}
