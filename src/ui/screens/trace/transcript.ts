import type { JsonObject } from '#core/environment/json.ts';
import { requestorOf, type Requestor } from '#core/environment/tool.ts';
import type { RolloutEvent, UserAct } from '#core/rollout/event.ts';
import { agentActWords } from '../play/actWords.ts';
import { visible, type TimelineEntry } from './timeline.ts';
import { isProse, slotTitle, type TraceData } from './traceData.ts';
import { requestTitle } from './timeline.ts';
import type { Perspective } from './words.ts';

type Result = Extract<RolloutEvent, { type: 'tool-result' }>;

/** One piece of the conversation: a message, a call with its result, or a mark between them. */
export type TranscriptItem = {
  /** The events it stands for. */
  readonly first: number;
  readonly last: number;
} & (
  | {
      readonly kind: 'message';
      readonly role: 'user' | 'agent';
      readonly text: string;
      readonly note: string;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: JsonObject;
      readonly by: Requestor;
      readonly result: Result | undefined;
    }
  | { readonly kind: 'mark'; readonly text: string; readonly strong: boolean }
);

/** The conversation as a reader with this perspective may see it. */
export function transcript(
  data: TraceData,
  entries: readonly TimelineEntry[],
  perspective: Perspective,
): readonly TranscriptItem[] {
  const { events } = data.rollout;
  const results = new Map<number, Result>();
  for (const event of events) if (event.type === 'tool-result') results.set(event.call, event);
  return entries.flatMap((entry): TranscriptItem[] => {
    const event = events[entry.index];
    if (event === undefined) return [];
    const at = { first: event.index, last: event.index };
    switch (event.type) {
      case 'user-message': {
        const note = visible('user', perspective) ? noteOn(event, data) : '';
        return [{ ...at, kind: 'message', role: 'user', text: event.text, note }];
      }
      case 'agent-message': {
        const note = visible('user', perspective) ? heardNote(event, data) : '';
        return [{ ...at, kind: 'message', role: 'agent', text: event.text, note }];
      }
      case 'tool-call': {
        const result = results.get(event.index);
        const last = result?.index ?? event.index;
        return [
          { first: event.index, last, kind: 'call', ...event.call, by: requestorOf(event.call), result },
        ];
      }
      case 'tool-result':
        return [];
      case 'change-fired':
      case 'simulator-fault':
      case 'rollout-end':
        return [{ ...at, kind: 'mark', text: `${entry.title}: ${entry.detail}`, strong: true }];
      case 'model-turn':
      case 'request-status':
        return [{ ...at, kind: 'mark', text: entry.detail, strong: false }];
    }
  });
}

function noteOn(event: Extract<RolloutEvent, { type: 'user-message' }>, data: TraceData): string {
  // A recorded rollout has what its user said; otherwise the user of prose only opens, with their instructions.
  const opensProse = event.index === 0 && isProse(data) && data.inFile === undefined;
  return opensProse ? 'instructions of the imported user, word for word' : userNote(event.acts, data);
}

/** What prose was taken for. Scripted agents say so themselves, in words that leave nothing to read. */
function heardNote(
  { acts }: Extract<RolloutEvent, { type: 'agent-message' }>,
  { domain, rollout, task }: TraceData,
): string {
  if (rollout.agent.kind === 'scripted' || isProse({ task })) return '';
  const { requests, changes } = task.program;
  const all = [...requests, ...changes.flatMap((change) => change.add)];
  return `the user hears: ${agentActWords(acts, domain.intents, all) || 'nothing to act on'}`;
}

/** What a message of the user does, in a few words. Empty when it does what it says. */
function userNote(acts: readonly UserAct[], data: TraceData): string {
  return acts
    .map((act) => actWords(act, data))
    .filter((words) => words !== '')
    .join(' · ');
}

function actWords(act: UserAct, data: TraceData): string {
  const slot = (request: string, name: string) => slotTitle(data.domain, intentOf(request, data), name);
  switch (act.type) {
    case 'identify':
      return 'says who they are';
    case 'request':
      return `wants: ${requestTitle(act.request, data)}`;
    case 'answer':
      return `tells the ${slot(act.request, act.slot)}`;
    case 'cannot_say':
      return `cannot say the ${slot(act.request, act.slot)}`;
    case 'confirm':
      return 'says yes';
    case 'decline':
      return 'says no';
    case 'performed':
      return act.ok ? 'does it and tells what came of it' : 'tries it, and it fails';
    case 'refuse_action':
      return 'will not do that';
    case 'not_solved':
      return 'finds that it is not solved';
    case 'ask_fact':
      return `asks for the ${act.key.replaceAll('_', ' ')}`;
    case 'retract':
      return `takes back: ${requestTitle(act.request, data)}`;
    case 'reorder':
      return 'changes the order';
    case 'push_back':
      return 'insists';
    case 'accept_refusal':
      return 'accepts the no';
    case 'stop':
      return '';
  }
}

function intentOf(request: string, data: TraceData): string {
  const { requests, changes } = data.task.program;
  const all = [...requests, ...changes.flatMap((change) => change.add)];
  return all.find((known) => known.id === request)?.intent ?? request;
}
