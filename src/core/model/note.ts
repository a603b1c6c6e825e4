import { z } from 'zod';
import { modelUsageSchema, type ModelReply, type ModelUsage, type ToolMethod } from './model.ts';

/** How one turn of a model came about: kept with a rollout, so that a trace can show what the model really wrote. */
export const modelNoteSchema = z.strictObject({
  model: z.string(),
  method: z.enum(['native', 'grammar', 'prompt']),
  /** Thoughts of the reply that was used. */
  reasoning: z.string(),
  /** Replies that could not be used, as they were written, and why. */
  rejected: z.array(z.strictObject({ raw: z.string(), problem: z.string() })),
  /** What was mended in the reply that was used; null when it was used as it was. */
  mended: z.string().nullable(),
  /** Sums over all replies of the turn. */
  usage: modelUsageSchema,
  /** Milliseconds in the model, over all replies. */
  ms: z.number(),
});
export type ModelNote = z.infer<typeof modelNoteSchema>;

/** Collects the replies of one turn into a note. */
export class NoteTaker {
  readonly #model: string;
  readonly #method: ToolMethod;
  readonly #rejected: { raw: string; problem: string }[] = [];
  #usage: ModelUsage = { prompt: null, cached: null, reply: null };
  #ms = 0;

  constructor(model: string, method: ToolMethod) {
    this.#model = model;
    this.#method = method;
  }

  /** A reply came: its cost counts whether it is used or not. */
  add({ usage, timing }: ModelReply): void {
    this.#usage = added(this.#usage, usage);
    this.#ms += timing.total;
  }

  reject(raw: string, problem: string): void {
    this.#rejected.push({ raw: raw.slice(0, RAW_LIMIT), problem });
  }

  /** The note of the turn, whose used reply had these thoughts. */
  note(reasoning: string, mended: string | null): ModelNote {
    return {
      model: this.#model,
      method: this.#method,
      reasoning: reasoning.slice(0, RAW_LIMIT),
      rejected: [...this.#rejected],
      mended,
      usage: this.#usage,
      ms: Math.round(this.#ms),
    };
  }
}

/** One note for several replies that were all used in one turn; the first tells which model it was. */
export function joinNotes(notes: readonly ModelNote[]): ModelNote | null {
  const [first, ...rest] = notes;
  if (first === undefined) return null;
  return rest.reduce(
    (all, note) => ({
      ...all,
      reasoning: joined([all.reasoning, note.reasoning]).slice(0, RAW_LIMIT),
      rejected: [...all.rejected, ...note.rejected],
      mended:
        all.mended === null && note.mended === null ? null : joined([all.mended ?? '', note.mended ?? '']),
      usage: added(all.usage, note.usage),
      ms: all.ms + note.ms,
    }),
    first,
  );
}

const joined = (parts: readonly string[]) => parts.filter((part) => part !== '').join('\n');

function added(a: ModelUsage, b: ModelUsage): ModelUsage {
  const sum = (one: number | null, other: number | null) =>
    one === null && other === null ? null : (one ?? 0) + (other ?? 0);
  return { prompt: sum(a.prompt, b.prompt), cached: sum(a.cached, b.cached), reply: sum(a.reply, b.reply) };
}

/** Characters kept of what a model wrote: enough to see what went wrong, not enough to fill the store. */
const RAW_LIMIT = 4000;
