import { applyCall, changedRows, fulfilment, isServable, sameJson } from '../../environment/index.ts';
import type { Intent, Json, State, ToolCall } from '../../environment/index.ts';
import { afterCalls, brokenRules, completions, servedOtherwise, slotContext } from '../../explore/index.ts';
import { requestValues, type Infeasibility } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check, type Trial } from '../check.ts';

/** Calls tried per request and step. */
const BUDGET = 30;
/** Calls in a row. */
const STEPS = 2;
/** Ways to fill one intent that are looked at: those that keep to the wish's own values, and any. */
const WAYS = 4;

/** I5. No compliant workaround within the bounded search. */
export const i5: Check = {
  id: 'I5',
  level: 'H',
  title: 'No compliant workaround within the bounded search',
  run(trial) {
    if (!has(trial, 'infeasible')) return skipped('Not infeasible.');
    const parts: string[] = [];
    for (const blocked of trial.draft.infeasible) {
      const other = sameByOtherMeans(trial, blocked);
      if (other !== undefined) return failed(`${other.name} gives the user the same, and it is allowed.`);
      const goal = wanted(trial, blocked);
      if (goal === null) {
        parts.push(
          blocked.kind === 'unwilling'
            ? `${blocked.call.name}: only the user can do it, and they refuse`
            : `${blocked.call.name}: no tool does it, whatever the facts, so no call works around it`,
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

/** A call by which the domain gives the user what they want although the blocked one is forbidden. */
function sameByOtherMeans({ domain, draft, state }: Trial, blocked: Infeasibility): ToolCall | undefined {
  const { userId, requests, changes } = draft.program;
  const request = [...requests, ...changes.flatMap((change) => change.add)].find(
    ({ id }) => id === blocked.request,
  );
  const intent = request === undefined ? undefined : domain.intent(request.intent);
  if (request === undefined || intent === undefined) return undefined;
  return servedOtherwise(domain, state, intent, userId, requestValues(request));
}

type Wanted = { table: string; id: string; fields: Record<string, unknown> }[];

/** The fields that the wish would set: its effect where the deciding fact is flipped. */
function wanted({ domain, state }: Trial, { before = [], call, flip }: Infeasibility): Wanted | null {
  if (domain.tool(call.name) === undefined || flip === null) return null;
  const start = afterCalls(domain, state, before);
  const world = 'rows' in flip ? start.with(flip.rows) : start;
  // With an argument flipped it is another wish: what is wanted is the effect of the wish as it stands.
  const outcome = applyCall(domain, world, call);
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
  const wish = subject(trial, blocked, goal);
  let tried = 0;
  let from: { state: State; path: ToolCall[] }[] = [{ state: trial.state, path: [] }];
  for (let step = 0; step < STEPS; step += 1) {
    const next: typeof from = [];
    const most = tried + BUDGET;
    for (const { state, path } of from) {
      if (tried === most) break;
      for (const call of allowedCalls(trial, blocked, state, wish)) {
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

/**
 * Every call about the same records that no rule forbids, but for the blocked one: first those that take over what
 * else the wish names (the replacement, the address, the payment method), as a detour would.
 */
function* allowedCalls(
  { domain, draft }: Trial,
  blocked: Infeasibility,
  state: State,
  { about, named }: Subject,
): Generator<ToolCall> {
  const { userId } = draft.program;
  const seen = new Set<string>();
  const refusals = new Set<string>();
  const givenUp = new Set<string>();
  const isGivenUp = (intent: Intent) => intent.tool !== undefined && givenUp.has(intent.tool);
  for (const fixed of [named, about])
    for (const intent of domain.intents) {
      if (!isServable(intent)) continue;
      for (const values of completions(intent, state, userId, {}, WAYS, fixed).assignments) {
        if (isGivenUp(intent)) break;
        for (const call of fulfilment(intent, slotContext(state, userId, values))) {
          if (sameJson([call], [blocked.call])) continue;
          const key = JSON.stringify(call);
          if (seen.has(key)) continue;
          seen.add(key);
          const [broken] = brokenRules(domain, state, call, {
            userId,
            confirmed: true,
            earlier: [],
            said: values,
          });
          // Whether the tool runs it shows when it is tried.
          if (broken === undefined) {
            yield call;
            continue;
          }
          // The same words for two calls: it is a fact of the record that forbids them, whatever else they say.
          const reason = `${call.name} ${broken.violation.reason}`;
          if (refusals.has(reason) && broken.rule.subject !== 'choice') givenUp.add(call.name);
          refusals.add(reason);
        }
      }
    }
}

/** What a wish is about, as values of its slots. Other intents have such slots under the same names. */
interface Subject {
  /** The records that the wish would change, or whose facts forbid it. */
  readonly about: Readonly<Record<string, Json>>;
  /** Everything that the wish names. */
  readonly named: Readonly<Record<string, Json>>;
}

function subject({ draft }: Trial, blocked: Infeasibility, goal: Wanted): Subject {
  const { flip } = blocked;
  const deciding = flip !== null && 'rows' in flip ? Object.values(flip.rows).flatMap(Object.keys) : [];
  const records = new Set<Json>([...goal.map(({ id }) => id), ...deciding]);
  const { requests, changes } = draft.program;
  const request = [...requests, ...changes.flatMap((change) => change.add)].find(
    ({ id }) => id === blocked.request,
  );
  const named = request === undefined ? {} : requestValues(request);
  return {
    named,
    about: Object.fromEntries(Object.entries(named).filter(([, value]) => records.has(value))),
  };
}
