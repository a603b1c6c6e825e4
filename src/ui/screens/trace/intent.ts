import type { RequestStatus, RolloutEvent } from '#core/rollout/event.ts';
import type { Change, Request, SlotEntry } from '#core/transform/userProgram.ts';
import { intentTitle, slotTitle, type TraceData } from './traceData.ts';

/**
 * How much of a slot the agent has heard. told: enough to decide it. hinted: something that fits several values.
 * held: nothing, until asked. lookup: nothing, but the tools can find it. never: nothing, and asking does not help.
 */
export type SlotKnowledge = 'told' | 'hinted' | 'held' | 'lookup' | 'never';

export interface SlotView {
  readonly slot: string;
  readonly title: string;
  readonly value: string;
  readonly knowledge: SlotKnowledge;
  /** The words that were said, when any were. */
  readonly said: string | null;
  /** The event in which they were said last. */
  readonly event: number | null;
  /** What asking for it would be answered with. */
  readonly answer: string;
}

export interface RequestView {
  readonly id: string;
  readonly title: string;
  readonly status: RequestStatus;
  /** Not part of the goal at the start. */
  readonly added: boolean;
  readonly slots: readonly SlotView[];
}

export interface ChangeView {
  readonly change: Change;
  /** The event that fired it; null while it waits. */
  readonly event: number | null;
}

/** The user's mind as of one event. */
export interface IntentView {
  /** The event in which the user said who they are. */
  readonly identified: number | null;
  readonly requests: readonly RequestView[];
  readonly changes: readonly ChangeView[];
}

interface Said {
  readonly event: number;
  readonly text: string;
  readonly attributes: string;
  /** Enough to decide the slot, by the user's own program. */
  readonly decisive: boolean;
}

export function intentAt(data: TraceData, at: number): IntentView {
  const { events } = data.rollout;
  const { program } = data.task;
  const past = events.filter((event) => event.index <= at);
  const said = whatWasSaid(past);
  const status = new Map<string, RequestStatus>();
  for (const event of past) if (event.type === 'request-status') status.set(event.request, event.status);
  const fired = new Map<string, { event: number; goal: readonly Request[] }>();
  for (const event of events)
    if (event.type === 'change-fired') {
      const event0 = voicedIn(events, event.index);
      if (event0 <= at) fired.set(event.change, { event: event0, goal: event.goal });
    }
  const goal = [...fired.values()].at(-1)?.goal ?? program.requests;
  const known = [...program.requests, ...program.changes.flatMap((change) => change.add)];
  // Requests that were dropped stay in view, as what they were.
  const dropped = known.filter(
    (request) => status.get(request.id) === 'retracted' && !goal.some((kept) => kept.id === request.id),
  );
  return {
    identified: past.find((event) => acts(event).some((act) => act.type === 'identify'))?.index ?? null,
    requests: [...goal, ...dropped].map((request) => ({
      id: request.id,
      title: intentTitle(data.domain, request.intent),
      status: status.get(request.id) ?? 'open',
      added: !program.requests.some((first) => first.id === request.id),
      slots: Object.entries(request.slots).map(([slot, entry]) => ({
        slot,
        title: slotTitle(data.domain, request.intent, slot),
        ...slotView(entry, said.get(`${request.id}/${slot}`)),
      })),
    })),
    changes: program.changes.map((change) => ({ change, event: fired.get(change.id)?.event ?? null })),
  };
}

function slotView(entry: SlotEntry, said: Said | undefined): Omit<SlotView, 'slot' | 'title'> {
  const told =
    said !== undefined && (said.decisive || said.attributes === JSON.stringify(entry.mention.attributes));
  return {
    value: entry.label,
    knowledge: knowledge(entry, said, told),
    said: said?.text ?? null,
    event: said?.event ?? null,
    answer: entry.mention.text,
  };
}

function knowledge(entry: SlotEntry, said: Said | undefined, told: boolean): SlotKnowledge {
  if (told) return 'told';
  if (said !== undefined && said.text !== '') return 'hinted';
  if (entry.knownBy === 'lookup') return 'lookup';
  return entry.reveal === 'never' ? 'never' : 'held';
}

/** Per "request/slot", the last thing the user said about it. */
function whatWasSaid(past: readonly RolloutEvent[]): ReadonlyMap<string, Said> {
  const said = new Map<string, Said>();
  for (const event of past)
    for (const act of acts(event)) {
      if (act.type === 'answer')
        said.set(`${act.request}/${act.slot}`, {
          event: event.index,
          text: act.mention.text,
          attributes: JSON.stringify(act.mention.attributes),
          decisive: true,
        });
      if (act.type === 'request')
        for (const [slot, mention] of Object.entries(act.mentions))
          said.set(`${act.request}/${slot}`, {
            event: event.index,
            text: mention.text,
            attributes: JSON.stringify(mention.attributes),
            decisive: false,
          });
    }
  return said;
}

function acts(event: RolloutEvent) {
  return event.type === 'user-message' ? event.acts : [];
}

/** A change is recorded right after the message that voices it; for a reader it happens in that message. */
function voicedIn(events: readonly RolloutEvent[], index: number): number {
  return events[index - 1]?.type === 'user-message' ? index - 1 : index;
}
