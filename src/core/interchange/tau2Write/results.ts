import { requestorOf, type Domain, type JsonObject, type State } from '../../environment/index.ts';
import type { Component, Verdict } from '../../evaluate/index.ts';
import { defaultLimits, type Rollout, type TerminationReason } from '../../rollout/index.ts';
import type { ServedTask } from '../formats/format.ts';
import { tau2Encoding, type Tau2Encoding } from './criteria.ts';
import { EXTENSION, toTau2Task } from './task.ts';

type Criteria = Tau2Encoding['criteria'];

/** How tau2-bench calls the ends of a rollout. It judges those that a person or the agent ended, and no others. */
const ENDINGS: Readonly<Record<TerminationReason, string>> = {
  user_stop: 'user_stop',
  agent_transfer: 'agent_stop',
  max_turns: 'max_steps',
  max_errors: 'too_many_errors',
  agent_error: 'agent_error',
  user_error: 'user_error',
  model_error: 'infrastructure_error',
  network_error: 'infrastructure_error',
  context_exceeded: 'context_window_exceeded',
  budget_reached: 'infrastructure_error',
  cancelled: 'unexpected_error',
};

/** What its conversations begin with. Ours begin with the user, so this turn is put in front for its readers. */
const GREETING = 'Hi! How can I help you today?';

/** Names of fields that hold floating-point numbers in a results file. */
export const resultDecimals = [
  'duration',
  'reward',
  'agent_cost',
  'user_cost',
  'cost',
  'db_reward',
  'action_reward',
  ...['DB', 'ENV_ASSERTION', 'COMMUNICATE', 'ACTION', 'NL_ASSERTION'],
] as const;

/**
 * A results file of tau2-bench for the rollouts of one agent on one database, as its viewer and its re-grading read
 * it. Our rollouts keep no times and cost nothing, so all dates are the one given and durations are 0.
 */
export function toTau2Results(
  domain: Domain,
  initial: State,
  served: readonly ServedTask[],
  at: string,
): JsonObject {
  const [first] = served;
  const tasks = [...new Map(served.map(({ task }) => [task.id, task])).values()];
  const criteriaOf = new Map(tasks.map((task) => [task.id, tau2Encoding(domain, initial, task).criteria]));
  const trials = served.map(({ rollout }) => rollout.trial);
  const seed = Number(first?.rollout.seed);
  return {
    timestamp: at,
    info: {
      git_commit: EXTENSION,
      num_trials: Math.max(0, ...trials) + 1,
      max_steps: defaultLimits.maxTurns,
      max_errors: defaultLimits.maxErrors,
      user_info: {
        implementation: 'user_program',
        llm: null,
        llm_args: null,
        global_simulation_guidelines: null,
      },
      agent_info: { implementation: first?.rollout.agent.id ?? '', llm: null, llm_args: null },
      environment_info: { domain_name: domain.id, policy: domain.policy, tool_defs: null },
      seed: Number.isSafeInteger(seed) ? seed : null,
    },
    tasks: tasks.map((task) => toTau2Task(domain, initial, task)),
    simulations: served.map((one) => simulation(one, criteriaOf.get(one.task.id), at)),
  };
}

function simulation(
  { task, rollout, verdict }: ServedTask,
  criteria: Criteria | undefined,
  at: string,
): JsonObject {
  const seed = Number(rollout.seed);
  return {
    id: rollout.id,
    task_id: task.id,
    timestamp: at,
    start_time: at,
    end_time: at,
    duration: 0,
    termination_reason: ENDINGS[rollout.termination],
    agent_cost: null,
    user_cost: null,
    reward_info: criteria === undefined ? null : rewardInfo(criteria, verdict),
    messages: messages(rollout, at),
    trial: rollout.trial,
    seed: Number.isSafeInteger(seed) ? seed : null,
    mode: 'half_duplex',
  };
}

/** A conversation in tau2's message shape: texts and calls in turns of their own, `tool_calls` null where there are none. */
function messages(rollout: Rollout, at: string): JsonObject[] {
  const written: JsonObject[] = [];
  const common = () => ({ turn_idx: written.length, timestamp: at });
  const participant = { cost: null, usage: null, raw_data: null };
  const say = (role: string, content: string) =>
    written.push({ role, content, tool_calls: null, ...common(), ...participant });
  say('assistant', GREETING);
  for (const event of rollout.events) {
    if (event.type === 'user-message') say('user', event.text);
    else if (event.type === 'agent-message') say('assistant', event.text);
    else if (event.type === 'tool-call') {
      const { name, arguments: args } = event.call;
      const requestor = requestorOf(event.call);
      const call = { id: `call_${event.index}`, name, arguments: args, requestor };
      written.push({ role: requestor, content: null, tool_calls: [call], ...common(), ...participant });
    } else if (event.type === 'tool-result')
      written.push({
        id: `call_${event.call}`,
        role: 'tool',
        content: event.content,
        requestor: requestorAt(rollout, event.call),
        error: !event.ok,
        ...common(),
      });
  }
  return written;
}

function requestorAt(rollout: Rollout, index: number): 'assistant' | 'user' {
  const event = rollout.events[index];
  return event?.type === 'tool-call' ? requestorOf(event.call) : 'assistant';
}

/** Our verdict in tau2's words; null when the rollout was not judged. */
function rewardInfo(criteria: Criteria, verdict: Verdict): JsonObject | null {
  if (verdict.reward === null) return null;
  const component = (basis: Component['basis']) => verdict.components.find((other) => other.basis === basis);
  const state = component('state')?.value ?? null;
  const outcome = component('outcome')?.value ?? null;
  const said = component('communicate');
  const breakdown: Record<string, number | null> = {
    DB: state,
    ENV_ASSERTION: component('assertions')?.value ?? null,
    COMMUNICATE: said?.value ?? null,
    // Neither is ours: what stands behind both is how the requests ended, and what was read before.
    ACTION: component('required')?.value ?? outcome,
    NL_ASSERTION: outcome,
  };
  return {
    reward: verdict.reward,
    db_check: state === null ? null : { db_match: state === 1, db_reward: state },
    env_assertions: [],
    action_checks: null,
    nl_assertions: (criteria.nl_assertions ?? []).map((nl_assertion) => ({
      nl_assertion,
      met: outcome === 1,
      justification: 'Read from the state of the user program, not judged by a model.',
    })),
    communicate_checks: (said?.checks ?? []).map(({ met, text }) => ({
      info: text,
      met,
      justification: met ? 'The agent said it.' : 'The agent did not say it.',
    })),
    reward_basis: [...criteria.reward_basis],
    reward_breakdown: Object.fromEntries(
      criteria.reward_basis.flatMap((basis) => {
        const value = breakdown[basis];
        return value === null || value === undefined ? [] : [[basis, value]];
      }),
    ),
    info: {
      [EXTENSION]: {
        class: verdict.class,
        components: Object.fromEntries(verdict.components.map(({ basis, value }) => [basis, value])),
      },
    },
  };
}
