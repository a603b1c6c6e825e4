import {
  checkAssertion,
  replay,
  sameState,
  type Domain,
  type State,
  type ToolCall,
} from '../environment/index.ts';
import { isRequired } from '../evaluate/index.ts';
import { callsIn, tau2State, type RecordedRun, type Tau2Criteria } from '../interchange/index.ts';

/** One rollout judged by the rules of tau2-bench. Null stands for what was not judged, never for 1. */
export interface Tau2Verdict {
  readonly reward: number | null;
  readonly components: Readonly<Record<string, number | null>>;
}

/**
 * Judges a recorded rollout again, from its calls and the agent's words alone. `database` is the state before the
 * task prepares it. Two of the reference's habits are left out on purpose: a task that states no end state is not
 * judged instead of passed, and a call without arguments does not match every reference action of its name. Throws
 * `InputError` when the task's beginning cannot be prepared.
 */
export function judgeTau2(
  domain: Domain,
  database: State,
  criteria: Tau2Criteria,
  run: RecordedRun,
): Tau2Verdict {
  const ends = new Ends(domain, database, criteria, run);
  const components: Record<string, number | null> = {};
  for (const basis of criteria.basis) components[basis] = component(domain, criteria, run, ends, basis);
  if (!run.counts) return { reward: null, components };
  if (!run.complete) return { reward: 0, components };
  const values = Object.values(components);
  if (values.includes(0)) return { reward: 0, components };
  return { reward: values.includes(null) ? null : 1, components };
}

/** Where a rollout began, where it ended, and where the reference would have; each worked out once. */
export class Ends {
  readonly initial: State;
  readonly #domain: Domain;
  readonly #criteria: Tau2Criteria;
  readonly #run: RecordedRun;
  #actual: State | undefined;

  constructor(domain: Domain, database: State, criteria: Tau2Criteria, run: RecordedRun) {
    this.initial = tau2State(domain, database, criteria.environment, `the rollout of task ${run.task_id}`);
    this.#domain = domain;
    this.#criteria = criteria;
    this.#run = run;
  }

  get actual(): State {
    return (this.#actual ??= replay(this.#domain, this.initial, callsIn(this.#run)).state);
  }
  get wanted(): State {
    const calls = (this.#criteria.actions ?? []).map(({ call }) => call);
    return replay(this.#domain, this.initial, calls).state;
  }
}

function component(
  domain: Domain,
  criteria: Tau2Criteria,
  run: RecordedRun,
  ends: Ends,
  basis: string,
): number | null {
  const { actions } = criteria;
  switch (basis) {
    case 'DB':
      return actions === null ? null : Number(sameState(ends.actual, ends.wanted));
    case 'ACTION': {
      const calls = callsIn(run);
      return Number(
        (actions ?? []).every(({ call, compare }) => calls.some((other) => isRequired(call, other, compare))),
      );
    }
    case 'PROHIBITED_ACTION':
      return Number(!criteria.lists.prohibited.some((call) => isCalled(call, run)));
    case 'REQUIRED_ACTION':
      return Number(criteria.lists.required.every((call) => isCalled(call, run)));
    case 'COMMUNICATE':
      return Number(
        criteria.say.every((text) =>
          run.steps.some(
            (step) => step.type === 'message' && step.by === 'agent' && contains(step.text, text),
          ),
        ),
      );
    case 'NL_ASSERTION':
      return criteria.prose === 0 ? 1 : null;
    case 'ENV_ASSERTION': {
      const findings = criteria.assertions.map((assertion) => checkAssertion(domain, ends.actual, assertion));
      if (findings.some((finding) => finding.evaluated && !finding.met)) return 0;
      return findings.every((finding) => finding.evaluated) ? 1 : null;
    }
    default:
      return null;
  }
}

const isCalled = (wanted: ToolCall, run: RecordedRun) =>
  callsIn(run).some((call) => isRequired(wanted, call, null));

// As the reference does it: commas are taken out of the message only.
const contains = (message: string, text: string) =>
  message.toLowerCase().replaceAll(',', '').includes(text.toLowerCase());
