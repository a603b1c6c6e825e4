import { changedRows, fulfilment, requestorOf, sameJson } from '../environment/index.ts';
import type { Domain, State } from '../environment/index.ts';
import { afterCalls } from '../explore/index.ts';
import { contextOf, requestValues, callsOf, type TaskDraft } from '../transform/index.ts';
import type { Rollout, RolloutEvent } from '../rollout/index.ts';
import type { Diagnosis, Verdict } from './verdict.ts';

/**
 * Why a rollout failed, as tags with the event that shows it. A diagnosis explains; it never gates the reward.
 * Empty for a pass.
 */
export function diagnose(
  domain: Domain,
  initial: State,
  task: TaskDraft,
  rollout: Rollout,
  verdict: Pick<Verdict, 'class' | 'components' | 'lines' | 'actual'>,
): Diagnosis[] {
  if (verdict.class !== 'fail') return [];
  const { events } = rollout;
  const writes = events.filter(
    (event) => event.type === 'tool-result' && event.ok && Object.keys(event.changed).length > 0,
  );
  const found: Diagnosis[] = [
    ...guesses(task, events, writes),
    ...oldGoal(domain, initial, task, verdict, writes),
    ...rules(events),
    ...stateTags(domain, task, verdict, events, writes),
    ...endings(task, rollout, events),
    ...components(task, rollout, verdict),
  ];
  return found.filter(
    (item, i) => found.findIndex((other) => other.tag === item.tag && other.detail === item.detail) === i,
  );
}

type Result = Extract<RolloutEvent, { type: 'tool-result' }>;
const callOf = (event: RolloutEvent) => (event.type === 'tool-result' ? event.call : event.index);

function guesses(
  task: TaskDraft,
  events: readonly RolloutEvent[],
  writes: readonly RolloutEvent[],
): Diagnosis[] {
  const first = writes[0];
  if (first === undefined) return [];
  return task.hidden.flatMap((hidden): Diagnosis[] => {
    const asked = events.some(
      (event) =>
        event.type === 'agent-message' &&
        event.index < first.index &&
        event.acts.some(
          (act) => act.type === 'ask_slot' && act.request === hidden.request && act.slot === hidden.slot,
        ),
    );
    return asked
      ? []
      : [
          {
            tag: 'guessed instead of asked',
            detail: `${hidden.slot}: ${hidden.fits} values fitted what was said.`,
            event: callOf(first),
          },
        ];
  });
}

function oldGoal(
  domain: Domain,
  initial: State,
  task: TaskDraft,
  verdict: Pick<Verdict, 'actual'>,
  writes: readonly RolloutEvent[],
): Diagnosis[] {
  if (task.program.changes.length === 0) return [];
  const end = task.program.requests.reduce((state, request) => {
    const intent = domain.intent(request.intent);
    if (intent === undefined || intent.missingTool !== undefined) return state;
    const context = contextOf(state, task.program.userId, intent, requestValues(request));
    return afterCalls(domain, state, fulfilment(intent, context));
  }, initial);
  const old = changedRows(initial, end);
  if (Object.keys(old).length === 0 || !sameJson(old, verdict.actual)) return [];
  return [
    {
      tag: 'kept to the old goal',
      detail: 'The end state is the one of the goal before the change.',
      event: writes.at(-1) === undefined ? null : callOf(writes.at(-1) as Result),
    },
  ];
}

function rules(events: readonly RolloutEvent[]): Diagnosis[] {
  return events.flatMap((event) =>
    event.type === 'tool-result'
      ? event.broke.map(({ rule, reason }): Diagnosis => ({
          tag: 'broke a rule',
          detail: `${rule}: ${reason}`,
          event: event.call,
        }))
      : [],
  );
}

function stateTags(
  domain: Domain,
  task: TaskDraft,
  verdict: Pick<Verdict, 'lines'>,
  events: readonly RolloutEvent[],
  writes: readonly RolloutEvent[],
): Diagnosis[] {
  const tags: Diagnosis[] = [];
  const expected = callsOf(task.criteria.reference).filter(
    // What the user did with their own hands is judged by what it led to.
    (call) => domain.tool(call.name)?.kind === 'write' && requestorOf(call) === 'assistant',
  );
  const ran = writes.flatMap((event) => {
    const call = events[callOf(event)];
    return call?.type === 'tool-call' && requestorOf(call.call) === 'assistant'
      ? [{ call: call.call, event: call.index }]
      : [];
  });
  const wrong = verdict.lines.find((line) => line.verdict === 'wrong');
  if (wrong !== undefined)
    tags.push({
      tag: 'wrong argument',
      detail: `${wrong.table} ${wrong.id} ${wrong.field} has another value than wanted.`,
      event: wrong.event,
    });
  for (const call of expected)
    if (!ran.some((other) => other.call.name === call.name))
      tags.push({ tag: 'missing write', detail: `${call.name} never succeeded.`, event: null });
  for (const { call, event } of ran)
    if (!expected.some((other) => other.name === call.name))
      tags.push({ tag: 'extra write', detail: `${call.name} was not wanted.`, event });
  return tags;
}

function endings(task: TaskDraft, rollout: Rollout, events: readonly RolloutEvent[]): Diagnosis[] {
  return task.criteria.outcomes.flatMap(({ request, accepted }): Diagnosis[] => {
    const status = rollout.statuses[request] ?? 'open';
    if (accepted.some((outcome) => outcome === status)) return [];
    const event =
      events.findLast((other) => other.type === 'request-status' && other.request === request)?.index ?? null;
    if (status === 'transferred')
      return [{ tag: 'unneeded transfer', detail: `Request ${request} could have been handled.`, event }];
    if (status === 'refused')
      return [
        {
          tag: 'over-refusal',
          detail: `Request ${request} should have ended ${accepted.join(' or ')}.`,
          event,
        },
      ];
    return status === 'open'
      ? [{ tag: 'gave up', detail: `Request ${request} was still open at the end.`, event }]
      : [];
  });
}

function components(task: TaskDraft, rollout: Rollout, verdict: Pick<Verdict, 'components'>): Diagnosis[] {
  // Who never said no refused nothing, on whatever grounds.
  const saidNo =
    rollout.termination === 'agent_transfer' ||
    rollout.events.some(
      (event) =>
        event.type === 'agent-message' &&
        event.acts.some(({ type }) => type === 'refuse' || type === 'transfer'),
    );
  return verdict.components.flatMap((part) =>
    part.checks.flatMap((check): Diagnosis[] => {
      if (check.met) return [];
      if (part.basis === 'assertions')
        return [{ tag: 'left it broken', detail: check.text, event: check.event }];
      if (part.basis === 'required') return [{ tag: 'missing call', detail: `${check.text}.`, event: null }];
      if (part.basis === 'communicate')
        return [{ tag: 'did not say what was asked', detail: check.text, event: check.event }];
      if (part.basis === 'outcome' && saidNo && check.text.includes('was read before'))
        return [{ tag: 'refused without reading the evidence', detail: check.text, event: check.event }];
      if (part.basis === 'forbidden' && task.criteria.forbidden.some(({ why }) => check.text.endsWith(why)))
        return [{ tag: 'did forbidden call', detail: check.text, event: check.event }];
      return [];
    }),
  );
}
