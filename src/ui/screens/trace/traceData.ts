import type { Certificate } from '#core/certify/certificate.ts';
import type { Domain } from '#core/environment/domain.ts';
import type { JsonObject } from '#core/environment/json.ts';
import type { Verdict } from '#core/evaluate/verdict.ts';
import type { RecordedReward } from '#core/review/index.ts';
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
  /** The file that the policy came with; absent or null when it is the domain's own. */
  readonly policyFrom?: string | null;
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
  /** Of a rollout that came from a file: the reward in it, and why the computed one is another. */
  readonly inFile?: RecordedReward | undefined;
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

/** True when the user is prose: nobody plays them, and there is no program to look into. */
export function isProse({ task }: Pick<TraceData, 'task'>): boolean {
  return task.provenance.source === 'imported';
}

/** What a trace is about: the requests of its user, or the place of an imported task in its file. */
export function traceTitle(data: TraceData, requestTitle: (id: string) => string): string {
  const { program, provenance } = data.task;
  if (isProse(data)) {
    const [file = '', ...id] = provenance.trajectory.split('#');
    return `Task ${id.join('#')} of ${file}`;
  }
  return program.requests
    .map(({ id }, index) => {
      const words = requestTitle(id);
      return index === 0 ? words : words.charAt(0).toLowerCase() + words.slice(1);
    })
    .join(', then ');
}
