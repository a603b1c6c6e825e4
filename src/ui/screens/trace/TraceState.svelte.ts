import type { RolloutEvent } from '#core/rollout/event.ts';
import { intentAt } from './intent.ts';
import { recordsAt } from './records.ts';
import { failureEvents, searchText, timeline, visible, type TimelineEntry } from './timeline.ts';
import type { TraceData } from './traceData.ts';
import type { Perspective } from './words.ts';

/** The first three have columns of their own where the page is wide enough. */
export const traceTabs = [
  'conversation',
  'events',
  'database',
  'diff',
  'checks',
  'intent',
  'policy',
  'compare',
  'raw',
] as const;
export type TraceTab = (typeof traceTabs)[number];

/** Characters of an event that are read out; the whole is in the conversation. */
const MOST_TOLD = 140;

export interface TraceOptions {
  readonly at?: number;
  readonly tab?: TraceTab | null;
  /** Told of every move, to keep the address in step. */
  readonly onmove?: (place: { readonly at: number; readonly tab: TraceTab | null }) => void;
}

/** One rollout with the event that is looked at. Everything shown follows from that event. */
export class TraceState {
  readonly data: TraceData;
  readonly #entries: readonly TimelineEntry[];
  /** The events that a failed verdict points at. */
  readonly failures: readonly number[];
  readonly #onmove: TraceOptions['onmove'];
  #at = $state(0);
  #perspective = $state<Perspective>('truth');
  #tab = $state<TraceTab | null>(null);
  #query = $state('');

  readonly entries = $derived(this.#visibleEntries());
  readonly records = $derived.by(() => recordsAt(this.data, this.#at));
  readonly intent = $derived.by(() => intentAt(this.data, this.#at));
  readonly matches = $derived.by(() => this.#find());

  constructor(data: TraceData, options: TraceOptions = {}) {
    this.data = data;
    this.#onmove = options.onmove;
    this.#tab = options.tab ?? null;
    this.#entries = timeline(data);
    this.failures = failureEvents(data.verdict, data.rollout.events);
    this.#at = this.#nearest(options.at ?? 0);
  }

  get at(): number {
    return this.#at;
  }
  get total(): number {
    return this.data.rollout.events.length;
  }
  get event(): RolloutEvent | undefined {
    return this.data.rollout.events[this.#at];
  }
  get perspective(): Perspective {
    return this.#perspective;
  }
  /** The tab that was chosen; null until one is, and the page shows its first, or what tells most. */
  get tab(): TraceTab | null {
    return this.#tab;
  }
  get query(): string {
    return this.#query;
  }
  /** The event in a sentence, for a reader who does not see it move. */
  get described(): string {
    const entry = this.entries.find(({ index }) => index === this.#at);
    if (entry === undefined) return '';
    const { title, detail } = entry;
    const told = detail.length > MOST_TOLD ? `${detail.slice(0, MOST_TOLD)}…` : detail;
    return `Event ${this.#at + 1} of ${this.total}: ${title} ${told}`;
  }
  /** Expected values and judgements may be shown. */
  get truth(): boolean {
    return this.#perspective === 'truth';
  }

  /** Goes to an event, or to the last one before it that may be seen. */
  go(index: number): void {
    this.#move(this.#nearest(index));
  }

  /** Takes the place that an address names. */
  follow(at: number, tab: TraceTab | null): void {
    this.#tab = tab;
    this.#at = this.#nearest(at);
  }

  /** Moves by events that may be seen. */
  step(by: number): void {
    const here = this.entries.findIndex((entry) => entry.index === this.#at);
    const next = this.entries[Math.max(0, Math.min(this.entries.length - 1, here + by))];
    if (next !== undefined) this.#move(next.index);
  }

  /** Goes to the next event that the verdict holds against the agent; after the last comes the first. */
  nextFailure(): void {
    const next = this.failures.find((index) => index > this.#at) ?? this.failures[0];
    if (next === undefined) return;
    this.#perspective = 'truth';
    this.go(next);
  }

  look(perspective: Perspective): void {
    this.#perspective = perspective;
    this.go(this.#at);
  }

  open(tab: TraceTab): void {
    this.#tab = tab;
    this.#onmove?.({ at: this.#at, tab });
  }

  find(query: string): void {
    this.#query = query;
  }

  /** Goes to the next event that holds the text; after the last comes the first. */
  nextMatch(): void {
    const next = this.matches.find((index) => index > this.#at) ?? this.matches[0];
    if (next !== undefined) this.go(next);
  }

  #nearest(index: number): number {
    const wanted = Math.max(0, Math.min(this.total - 1, Number.isFinite(index) ? index : 0));
    const shown = this.entries.findLast((entry) => entry.index <= wanted) ?? this.entries[0];
    return shown?.index ?? 0;
  }

  #move(at: number): void {
    if (at === this.#at) return;
    this.#at = at;
    this.#onmove?.({ at, tab: this.#tab });
  }

  #visibleEntries(): readonly TimelineEntry[] {
    return this.#entries.filter((entry) => visible(entry.from, this.#perspective));
  }

  #find(): readonly number[] {
    const wanted = this.#query.trim().toLowerCase();
    if (wanted === '') return [];
    return this.entries
      .filter(({ index }) => {
        const event = this.data.rollout.events[index];
        return event !== undefined && searchText(event).includes(wanted);
      })
      .map((entry) => entry.index);
  }
}
