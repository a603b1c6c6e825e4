import { z } from 'zod';
import { prepare, type Domain, type Json, type State } from '../environment/index.ts';
import { judge, type Diagnosis, type Verdict } from '../evaluate/index.ts';
import { tau2Criteria, type RecordedRun } from '../interchange/index.ts';
import {
  CallLog,
  type AgentIdentity,
  type Rollout,
  type RolloutEvent,
  type TerminationReason,
} from '../rollout/index.ts';
import type { TaskDraft } from '../transform/index.ts';
import { explainDifference } from './tau2Difference.ts';
import { judgeTau2, type Tau2Verdict } from './tau2Judge.ts';

/** A recorded rollout with the task that it served. */
export interface RecordedInput {
  readonly domain: Domain;
  /** The task's database, before the task prepares it. */
  readonly state: State;
  /** The task as one of ours. */
  readonly task: TaskDraft;
  /** The same task as its file has it, by which it is judged. */
  readonly source: Json;
  readonly run: RecordedRun;
  readonly agent: AgentIdentity;
}

/** The reward that a file carries, and why the computed one is another: null where they agree or one is missing. */
export const recordedRewardSchema = z.strictObject({
  reward: z.number().nullable(),
  difference: z.string().nullable(),
});
export type RecordedReward = z.infer<typeof recordedRewardSchema>;

/** A recorded rollout as one of ours. */
export interface GradedRollout {
  readonly rollout: Rollout;
  readonly verdict: Verdict;
  readonly recorded: RecordedReward;
}

/**
 * Runs the calls of a recorded rollout here, writes down what they do, and judges the end by the rules of tau2-bench;
 * the state diff and the diagnoses are ours. The recorded answers are compared with, never believed. Throws
 * `InputError` when the source is no task.
 */
export function gradeRecorded(input: RecordedInput): GradedRollout {
  const { domain, state, task, source, run } = input;
  const where = `task ${run.task_id}`;
  const [criteria] = tau2Criteria([source], where).values();
  if (criteria === undefined) throw new TypeError('one task in, one out');
  const rollout = rolloutOf(input);
  const byTheirs = judgeTau2(domain, state, criteria, run);
  return {
    rollout,
    verdict: combined(judge(domain, state, task, rollout), byTheirs, run),
    recorded: {
      reward: run.recorded,
      difference: explainDifference(domain, state, criteria, run, byTheirs),
    },
  };
}

/** Endings that have another name here; any other is a failure of the machinery. The detail keeps the file's word. */
const ENDINGS: Readonly<Record<string, TerminationReason>> = {
  user_stop: 'user_stop',
  agent_stop: 'agent_transfer',
  max_steps: 'max_turns',
  too_many_errors: 'max_errors',
  agent_error: 'agent_error',
  user_error: 'user_error',
  context_window_exceeded: 'context_exceeded',
};

/** What was said as it was said; what was called, run again. */
function rolloutOf({ domain, state, task, run, agent }: RecordedInput): Rollout {
  const log = new CallLog({
    domain,
    state: prepare(domain, state, task.initialization),
    userId: null,
    // Nobody reads what a user of prose said yes to.
    counts: ({ rule }) => rule.subject !== 'conversation',
  });
  const events: RolloutEvent[] = [];
  for (const step of run.steps) {
    const index = events.length;
    if (step.type === 'call') events.push(...log.run(step.call, index));
    else if (step.by === 'user') events.push({ type: 'user-message', index, text: step.text, acts: [] });
    else events.push({ type: 'agent-message', index, text: step.text, acts: [] });
  }
  const termination = ENDINGS[run.termination] ?? 'network_error';
  const detail = `Recorded as ${run.termination}.`;
  events.push({ type: 'rollout-end', index: events.length, reason: termination, detail });
  return {
    id: `${task.id}/${agent.id}/${run.trial}`,
    ...{ task: task.id, domain: task.domain, agent, trial: run.trial, seed: '' },
    ...{ events, termination, statuses: {} },
  };
}

/** Our account of the end under the reward that the file's own rules give. */
function combined(own: Verdict, { reward }: Tau2Verdict, run: RecordedRun): Verdict {
  const verdictClass = reward === null ? (run.counts ? 'invalid' : 'error') : reward === 1 ? 'pass' : 'fail';
  const cutOff: Diagnosis[] = run.complete
    ? []
    : [{ tag: 'gave up', detail: `It ended with ${run.termination}.`, event: null }];
  const diagnoses = verdictClass === 'fail' ? [...cutOff, ...own.diagnoses] : [];
  return { ...own, reward, class: verdictClass, diagnoses };
}
