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
    const sum = (a: number | null, b: number | null) =>
      a === null && b === null ? null : (a ?? 0) + (b ?? 0);
    this.#usage = {
      prompt: sum(this.#usage.prompt, usage.prompt),
      cached: sum(this.#usage.cached, usage.cached),
      reply: sum(this.#usage.reply, usage.reply),
    };
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

/** Characters kept of what a model wrote: enough to see what went wrong, not enough to fill the store. */
const RAW_LIMIT = 4000;
