import type { Certificate } from '#core/certify/certificate.ts';
import type { Domain } from '#core/environment/domain.ts';
import type { JsonObject } from '#core/environment/json.ts';
import type { Verdict } from '#core/evaluate/verdict.ts';
import type { Rollout } from '#core/rollout/event.ts';
import type { TaskDraft } from '#core/transform/task.ts';

/** Rows of the initial state. A core `State` is one. */
export interface RowSource {
  get(table: string, id: string): JsonObject | undefined;
}

/** What a trace needs to know about the domain: its texts and names. */
export interface TraceDomain {
  readonly title: string;
  readonly policy: string;
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly { readonly id: string; readonly sentence: string }[];
  readonly intents: readonly {
    readonly id: string;
    readonly title: string;
    readonly slots: readonly { readonly name: string; readonly title: string }[];
  }[];
}

/** Everything about one rollout. */
export interface TraceData {
  readonly task: TaskDraft & { readonly certificate?: Certificate | undefined };
  readonly rollout: Rollout;
  readonly verdict: Verdict;
  readonly initial: RowSource;
  readonly domain: TraceDomain;
  /** True when it was made earlier and is only played here. */
  readonly recorded: boolean;
}

/** The texts and names of a domain. */
export function traceDomain(domain: Domain): TraceDomain {
  const { title, policy, columns, rules, intents } = domain;
  return { title, policy, columns, rules, intents };
}

/** A name for people, or the id itself when nobody declared one. */
export function intentTitle(domain: TraceDomain, intent: string): string {
  return domain.intents.find((known) => known.id === intent)?.title ?? intent;
}

export function slotTitle(domain: TraceDomain, intent: string, slot: string): string {
  const slots = domain.intents.find((known) => known.id === intent)?.slots;
  return slots?.find((known) => known.name === slot)?.title ?? slot.replaceAll('_', ' ');
}
