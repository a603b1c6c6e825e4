import type { Task } from '#core/certify/index.ts';
import { applyCall, type Domain, type State, type ToolCall } from '#core/environment/index.ts';
import { judge } from '#core/evaluate/index.ts';
import { brokenRules } from '#core/explore/index.ts';
import { honestVerdict, type JudgedRollout } from '#core/pipeline/index.ts';
import { observe, type Rollout, type RolloutEvent } from '#core/rollout/index.ts';
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
  const userId = task.program.userId === '' ? null : task.program.userId;
  const earlier: ToolCall[] = [];
  let state = initial;
  for (const call of callsOf(task.criteria.reference)) {
    const index = events.length;
    // Whoever wrote the reference took the user for known, and their yes for given.
    const broke =
      domain.tool(call.name)?.kind === 'write'
        ? brokenRules(domain, state, call, { userId, confirmed: true, earlier })
        : [];
    const outcome = applyCall(domain, state, call);
    events.push(
      { type: 'tool-call', index, call: { name: call.name, arguments: { ...call.arguments } } },
      {
        ...{ type: 'tool-result', index: index + 1, call: index },
        ...observe(domain, state, call, outcome),
        broke: broke.map(({ rule, violation }) => ({ rule: rule.id, reason: violation.reason })),
      },
    );
    if (outcome.ok) earlier.push(call);
    state = outcome.state;
  }
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
