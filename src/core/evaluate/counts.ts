import { requestorOf } from '../environment/index.ts';
import type { Rollout } from '../rollout/index.ts';
import type { TaskDraft } from '../transform/index.ts';

/** How often the user used tools of their own; nothing where they have none. */
function userCalls(events: Rollout['events']): Record<string, number> {
  const count = events.filter(
    (event) => event.type === 'tool-call' && requestorOf(event.call) === 'user',
  ).length;
  return count === 0 ? {} : { user_calls: count };
}

/** Counts of what happened in a rollout, for the columns of the results. */
export function countActs(task: TaskDraft, rollout: Rollout): Record<string, number> {
  const { events } = rollout;
  const questions = events.flatMap((event) =>
    event.type === 'agent-message' ? event.acts.filter((act) => act.type === 'ask_slot') : [],
  );
  const useful = questions.filter(
    (act) =>
      act.type === 'ask_slot' &&
      task.hidden.some((slot) => slot.request === act.request && slot.slot === act.slot),
  );
  const agentMessages = events.filter((event) => event.type === 'agent-message').length;
  const fired = events.find((event) => event.type === 'change-fired');
  const lastCall = events.findLast((event) => event.type === 'tool-call');
  const recovery =
    fired === undefined || lastCall === undefined
      ? 0
      : events.filter(
          (event) =>
            event.type === 'agent-message' && event.index > fired.index && event.index < lastCall.index,
        ).length;
  return {
    clarifications: questions.length,
    useful_questions: useful.length,
    wasted_questions: questions.length - useful.length,
    recovery_turns: recovery,
    forbidden_attempts: events.reduce(
      (sum, event) => sum + (event.type === 'tool-result' ? Math.min(1, event.broke.length) : 0),
      0,
    ),
    turns: agentMessages,
    calls: events.filter((event) => event.type === 'tool-call' && requestorOf(event.call) === 'assistant')
      .length,
    tool_errors: events.filter((event) => event.type === 'tool-result' && !event.ok).length,
    ...userCalls(events),
    simulator_faults: events.filter((event) => event.type === 'simulator-fault').length,
  };
}
