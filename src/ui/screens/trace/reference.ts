import type { Task } from '#core/certify/index.ts';
import { prepare, type Domain, type State } from '#core/environment/index.ts';
import { judge } from '#core/evaluate/index.ts';
import { honestVerdict, type JudgedRollout } from '#core/pipeline/index.ts';
import { CallLog, type Rollout, type RolloutEvent } from '#core/rollout/index.ts';
import { callsOf } from '#core/transform/index.ts';

/** Ids of traces that are a task's reference, replayed when they are opened. */
export const REFERENCE = 'reference/';

/**
 * The reference actions of a task as a rollout, so that they are read like one: what each call answered, which rows
 * it changed, which rules of the policy it breaks, and what the verdict says of the end. Nobody talks, so a task that
 * wants something said does not pass this way.
 */
export function replayReference(domain: Domain, initial: State, task: Task): JudgedRollout {
  const events: RolloutEvent[] = [
    { type: 'user-message', index: 0, text: task.program.openingText, acts: [] },
  ];
  // Whoever wrote the reference took the user for known, and their yes for given.
  const userId = task.program.userId === '' ? null : task.program.userId;
  const log = new CallLog({ domain, state: prepare(domain, initial, task.initialization), userId });
  for (const call of callsOf(task.criteria.reference)) events.push(...log.run(call, events.length));
  const end = 'The reference ends here.';
  events.push({ type: 'rollout-end', index: events.length, reason: 'user_stop', detail: end });
  const rollout: Rollout = {
    ...{ id: `${REFERENCE}${task.id}`, task: task.id, domain: task.domain, trial: 0, seed: '' },
    agent: { id: 'reference', title: 'Reference actions', kind: 'recorded' },
    events,
    termination: 'user_stop',
    statuses: {},
  };
  return { rollout, verdict: honestVerdict(task, judge(domain, initial, task, rollout)) };
}
