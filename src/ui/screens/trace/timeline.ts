import { requestorOf } from '#core/environment/tool.ts';
import { count, shortJson } from '../../components/format.ts';
import type { ModelNote } from '#core/model/note.ts';
import type { RolloutEvent } from '#core/rollout/event.ts';
import type { Verdict } from '#core/evaluate/verdict.ts';
import { intentTitle, type TraceData } from './traceData.ts';
import { changeKindWords } from '../../components/changeWords.ts';
import { methodWords, seatWords, statusWords, terminationWords, type Perspective } from './words.ts';

/** One line of the timeline. */
export interface TimelineEntry {
  readonly index: number;
  readonly type: RolloutEvent['type'];
  readonly title: string;
  readonly detail: string;
  /** Technical text is monospaced. */
  readonly mono: boolean;
  /** The least that a reader must be allowed to see for this event to show. */
  readonly from: Perspective;
  /** A tool error or a broken rule. */
  readonly bad: boolean;
}

const rank: Readonly<Record<Perspective, number>> = { agent: 0, user: 1, truth: 2 };

/** Whether something is shown to a reader. */
export function visible(from: Perspective, perspective: Perspective): boolean {
  return rank[from] <= rank[perspective];
}

/** The events of a rollout in words. */
export function timeline(data: TraceData): readonly TimelineEntry[] {
  return data.rollout.events.map((event) => ({
    index: event.index,
    type: event.type,
    mono: event.type === 'tool-call' || event.type === 'tool-result',
    from: isOwnStep(event, data.rollout.events) ? ('user' as const) : leastPerspective(event),
    bad: event.type === 'tool-result' && (!event.ok || event.broke.length > 0),
    ...describe(event, data),
  }));
}

/** What a user does with tools of their own; the agent hears of it in their next message. */
function isOwnStep(event: RolloutEvent, events: readonly RolloutEvent[]): boolean {
  const made = event.type === 'tool-result' ? events[event.call] : event;
  return made?.type === 'tool-call' && requestorOf(made.call) === 'user';
}

function leastPerspective(event: RolloutEvent): Perspective {
  if (event.type === 'change-fired' || event.type === 'request-status') return 'user';
  // Whoever reads or voices for the user is no more seen by the agent than the user's program is.
  if (event.type === 'model-turn') return event.seat === 'agent' ? 'agent' : 'user';
  return event.type === 'simulator-fault' ? 'truth' : 'agent';
}

function describe(event: RolloutEvent, data: TraceData): { title: string; detail: string } {
  switch (event.type) {
    case 'user-message':
      return { title: 'User', detail: event.text };
    case 'agent-message':
      return { title: 'Agent', detail: event.text };
    case 'tool-call':
      return {
        title: requestorOf(event.call) === 'user' ? `User: ${event.call.name}` : event.call.name,
        detail: Object.values(event.call.arguments).map(shortJson).join(', '),
      };
    case 'tool-result':
      return { title: event.ok ? 'Result' : 'Tool error', detail: resultDetail(event) };
    case 'change-fired': {
      const change = data.task.program.changes.find((known) => known.id === event.change);
      const words = change === undefined ? event.change : changeKindWords[change.kind];
      return { title: 'Change', detail: words };
    }
    case 'request-status': {
      const title = requestTitle(event.request, data);
      return { title: 'Request', detail: `${title}: ${statusWords[event.status]}` };
    }
    case 'model-turn':
      return { title: seatWords[event.seat], detail: noteWords(event.note) };
    case 'simulator-fault':
      return { title: 'Simulator fault', detail: event.fault.detail };
    case 'rollout-end':
      return { title: 'End', detail: terminationWords[event.reason] };
  }
}

/** How a model came to its turn: method, what was mended or thrown away, tokens and time. */
function noteWords({ method, mended, rejected, usage, ms }: ModelNote): string {
  const parts = [
    `tools ${methodWords[method]}`,
    rejected.length === 0 ? '' : `${count(rejected.length, 'reply', 'replies')} thrown away`,
    mended ?? '',
    promptWords(usage),
    usage.reply === null ? '' : `${usage.reply} written`,
    `${(ms / 1000).toFixed(1)} s`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** How much of the prompt was computed; the rest the engine or the vendor still had. */
function promptWords({ prompt, cached }: ModelNote['usage']): string {
  if (prompt === null) return '';
  const all = prompt.toLocaleString('en');
  return cached === null
    ? `${all} prompt tokens`
    : `prefilled ${Math.max(0, prompt - cached).toLocaleString('en')} of ${all} prompt tokens`;
}

function resultDetail(event: Extract<RolloutEvent, { type: 'tool-result' }>): string {
  const changed = Object.values(event.changed).flatMap((rows) => Object.keys(rows));
  if (!event.ok) return event.content.replace(/^Error: /, '');
  return changed.length > 0 ? `wrote ${count(changed.length, 'record')}` : event.content;
}

/** The intent behind a request id, by its title. */
export function requestTitle(id: string, data: TraceData): string {
  const { requests, changes } = data.task.program;
  const all = [...requests, ...changes.flatMap((change) => change.add)];
  const request = all.find((known) => known.id === id);
  return request === undefined ? id : intentTitle(data.domain, request.intent);
}

/** The events that a failed verdict points at, in order; the last event when it points at none. */
export function failureEvents(verdict: Verdict, events: readonly RolloutEvent[]): readonly number[] {
  if (verdict.class === 'pass') return [];
  const found = new Set<number>();
  const add = (event: number | null) => {
    if (event !== null) found.add(event);
  };
  for (const line of verdict.lines) if (line.verdict !== 'same' && line.verdict !== 'free') add(line.event);
  for (const part of verdict.components) for (const check of part.checks) if (!check.met) add(check.event);
  for (const diagnosis of verdict.diagnoses) add(diagnosis.event);
  // Of an invalid one nothing can be held against the agent but what is pointed at.
  if (found.size === 0 && events.length > 0 && verdict.class !== 'invalid') found.add(events.length - 1);
  return [...found].sort((a, b) => a - b);
}

/** What find looks in: the text of an event, lower case. Hidden acts are left out. */
export function searchText(event: RolloutEvent): string {
  const { index: _, ...rest } = event;
  const shown = 'text' in rest ? rest.text : 'content' in rest ? rest.content : JSON.stringify(rest);
  return shown.toLowerCase();
}
