import { applyCall, changedRows, sameJson } from '../../environment/index.ts';
import type { State, ToolCall } from '../../environment/index.ts';
import { brokenRules, completions, slotContext } from '../../explore/index.ts';
import { requestValues, type Infeasibility } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check, type Trial } from '../check.ts';

/** Calls tried per request, over both steps. */
const BUDGET = 60;
/** Ways to fill one intent that are looked at. */
const WAYS = 24;

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
        parts.push(`${blocked.call.name}: no tool, so no call to work around it`);
        continue;
      }
      const tried = { count: 0 };
      const detour = search(trial, blocked, trial.state, goal, 2, tried);
      if (detour !== undefined)
        return failed(
          `Allowed calls get there all the same: ${detour.map((call) => call.name).join(', then ')}.`,
        );
      parts.push(`${tried.count} allowed calls, up to two in a row, do not get there`);
    }
    return passed(`${parts.join('; ')}.`);
  },
};

type Wanted = { table: string; id: string; fields: Record<string, unknown> }[];

/** The fields that the wish would set: its effect where the deciding fact is flipped. */
function wanted({ domain, state }: Trial, { call, flip }: Infeasibility): Wanted | null {
  if (domain.tool(call.name) === undefined || flip === null) return null;
  const world = 'rows' in flip ? state.with(flip.rows) : state;
  const wish =
    'rows' in flip ? call : { name: call.name, arguments: { ...call.arguments, ...flip.arguments } };
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

/** Rule-abiding calls on the records of the request, depth first, within a budget. */
function search(
  trial: Trial,
  blocked: Infeasibility,
  state: State,
  goal: Wanted,
  depth: number,
  tried: { count: number },
): ToolCall[] | undefined {
  if (depth === 0) return undefined;
  for (const call of allowedCalls(trial, blocked, state)) {
    if (tried.count >= BUDGET) return undefined;
    tried.count += 1;
    const next = applyCall(trial.domain, state, call);
    if (!next.ok) continue;
    if (reached(next.state, goal)) return [call];
    const more = search(trial, blocked, next.state, goal, depth - 1, tried);
    if (more !== undefined) return [call, ...more];
  }
  return undefined;
}

function* allowedCalls({ domain, draft }: Trial, blocked: Infeasibility, state: State): Generator<ToolCall> {
  const { userId } = draft.program;
  const request =
    draft.program.requests.find((other) => other.id === blocked.request) ??
    draft.program.changes.flatMap((change) => change.add).find((other) => other.id === blocked.request);
  const about: Readonly<Record<string, unknown>> = request === undefined ? {} : requestValues(request);
  const records = new Set(Object.values(about).filter((value) => typeof value === 'string'));
  for (const intent of domain.intents) {
    if (intent.tool === undefined) continue;
    for (const values of completions(intent, state, userId, {}, WAYS).assignments) {
      if (
        records.size > 0 &&
        !Object.values(values).some((value) => typeof value === 'string' && records.has(value))
      )
        continue;
      const call = intent.call?.(slotContext(state, userId, values));
      if (call === undefined || sameJson(call.arguments, blocked.call.arguments)) continue;
      // Whether the tool runs it shows when it is tried.
      if (brokenRules(domain, state, call, { userId, confirmed: true, earlier: [] }).length === 0) yield call;
    }
  }
}
