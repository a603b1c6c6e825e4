import {
  replay,
  sameJson,
  sameState,
  type Domain,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';
import type { RecordedRun, Tau2Criteria } from './recorded.ts';

/** One rollout judged by the rules of tau2-bench. Null stands for what was not judged, never for 1. */
export interface Tau2Verdict {
  readonly reward: number | null;
  readonly components: Readonly<Record<string, number | null>>;
}

/**
 * Judges a recorded rollout again, from its calls and the agent's words alone. Two of the reference's habits are
 * left out on purpose: a task that states no end state is not judged instead of passed, and a call without
 * arguments does not match every reference action of its name.
 */
export function judgeTau2(
  domain: Domain,
  initial: State,
  criteria: Tau2Criteria,
  run: RecordedRun,
): Tau2Verdict {
  const components: Record<string, number | null> = {};
  for (const basis of criteria.basis) components[basis] = component(domain, initial, criteria, run, basis);
  if (!run.counts) return { reward: null, components };
  if (!run.complete) return { reward: 0, components };
  const values = Object.values(components);
  if (values.includes(0)) return { reward: 0, components };
  return { reward: values.includes(null) ? null : 1, components };
}

function component(
  domain: Domain,
  initial: State,
  criteria: Tau2Criteria,
  run: RecordedRun,
  basis: string,
): number | null {
  const { actions } = criteria;
  switch (basis) {
    case 'DB':
      if (actions === null) return null;
      return Number(
        sameState(
          replay(domain, initial, run.calls).state,
          replay(
            domain,
            initial,
            actions.map(({ call }) => call),
          ).state,
        ),
      );
    case 'ACTION':
      return Number(
        (actions ?? []).every(({ call, compare }) =>
          run.calls.some((other) => matches(call, other, compare)),
        ),
      );
    case 'COMMUNICATE':
      return Number(criteria.say.every((text) => run.said.some((message) => contains(message, text))));
    case 'NL_ASSERTION':
    case 'ENV_ASSERTION':
      return criteria.unjudged[basis] === 0 ? 1 : null;
    default:
      return null;
  }
}

function matches(wanted: ToolCall, call: ToolCall, compare: readonly string[] | null): boolean {
  const names = compare ?? [...new Set([...Object.keys(wanted.arguments), ...Object.keys(call.arguments)])];
  return (
    wanted.name === call.name && names.every((name) => sameJson(wanted.arguments[name], call.arguments[name]))
  );
}

// As the reference does it: commas are taken out of the message only.
const contains = (message: string, text: string) =>
  message.toLowerCase().replaceAll(',', '').includes(text.toLowerCase());
