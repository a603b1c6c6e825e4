/**
 * The one interface through which a language model takes a seat: explorer, writer, user simulator, agent or judge.
 * Engines in the tab, servers behind a key and recorded exchanges all implement it, and nothing above it knows which.
 */
import { z } from 'zod';
import { jsonObjectSchema, type JsonObject } from '../environment/index.ts';

/** A call that a model asked for. `arguments` is what could be read; `raw` is what the model wrote. */
export const modelCallSchema = z.strictObject({
  /** The vendor's id, or one that the adapter made; pairs the call with its result. */
  id: z.string(),
  name: z.string(),
  /** Null when the model's text is not a JSON object. */
  arguments: jsonObjectSchema.nullable(),
  raw: z.string(),
});
export type ModelCall = z.infer<typeof modelCallSchema>;

/** One message of a conversation with a model. */
export const modelMessageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  /** Either text or calls is not empty. Reasoning is never sent back. */
  z.strictObject({ role: z.literal('assistant'), content: z.string(), calls: z.array(modelCallSchema) }),
  /** The result of the call of that id. */
  z.strictObject({ role: z.literal('tool'), id: z.string(), name: z.string(), content: z.string() }),
]);
export type ModelMessage = z.infer<typeof modelMessageSchema>;

/** A tool as a model is told of it. */
export const modelToolSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  /** JSON Schema of the arguments, an object. */
  parameters: jsonObjectSchema,
});
export type ModelTool = z.infer<typeof modelToolSchema>;

/** What a model is asked. Plain data: it is hashed into recipes and stored with recorded exchanges. */
export const modelRequestSchema = z.strictObject({
  messages: z.array(modelMessageSchema).min(1),
  tools: z.array(modelToolSchema),
  /** The reply has to be JSON of this schema. Not together with tools. */
  schema: z.strictObject({ name: z.string(), schema: jsonObjectSchema }).nullable(),
  /** Tokens of the reply, reasoning included. */
  maxTokens: z.int().positive(),
  /** Null leaves it to the model's own default; some models accept nothing else. */
  temperature: z.number().min(0).max(2).nullable(),
  /** Not every vendor keeps it. */
  seed: z.int().nonnegative().nullable(),
});
export type ModelRequest = z.infer<typeof modelRequestSchema>;

/** Tokens as the engine counts them; null where it does not say. */
export const modelUsageSchema = z.strictObject({
  /** All of the prompt, cached tokens included. */
  prompt: z.int().nonnegative().nullable(),
  /** The part of the prompt that was not computed again. */
  cached: z.int().nonnegative().nullable(),
  /** The reply, reasoning included. */
  reply: z.int().nonnegative().nullable(),
});
export type ModelUsage = z.infer<typeof modelUsageSchema>;

/**
 * Why a reply ended. `stop`: the model was done. `call`: it waits for a result. `length`: `maxTokens` or the context
 * was full. `refusal`: the vendor or the model's safety filter declined.
 */
export const finishReasons = ['stop', 'call', 'length', 'refusal'] as const;
export type FinishReason = (typeof finishReasons)[number];

/** A whole reply. */
export const modelReplySchema = z.strictObject({
  /** What is meant for the reader, without reasoning. */
  text: z.string(),
  /** Thoughts, where a model shows them; kept apart and never sent to the user simulator. */
  reasoning: z.string(),
  calls: z.array(modelCallSchema),
  finish: z.enum(finishReasons),
  usage: modelUsageSchema,
  /** Milliseconds from asking to the first token, and to the end. */
  timing: z.strictObject({ first: z.number(), total: z.number() }),
});
export type ModelReply = z.infer<typeof modelReplySchema>;

/** What arrives while a model replies; `end` comes last and once. */
export type ModelEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  /** A part of a call's arguments; `name` comes with the first part. */
  | { readonly type: 'call-delta'; readonly index: number; readonly name: string; readonly raw: string }
  /** The request is made again after `wait` milliseconds: everything since the start is void. */
  | { readonly type: 'retry'; readonly attempt: number; readonly wait: number; readonly reason: string }
  | { readonly type: 'end'; readonly reply: ModelReply };

/**
 * How tools reach a model. `native`: in the vendor's own field. `grammar`: the reply is constrained to one message or
 * one call. `prompt`: described in words and read from the text.
 */
export type ToolMethod = 'native' | 'grammar' | 'prompt';

/** One model, ready to be asked. */
export interface LanguageModel {
  /** Unique among the models of a run: "openai/gpt-x". */
  readonly id: string;
  readonly title: string;
  /** Where it runs, in words: "in this tab, on the processor", "api.openai.com". */
  readonly place: string;
  readonly toolMethod: ToolMethod;
  /** Tokens of prompt and reply together; null when unknown. */
  readonly contextTokens: number | null;
  /**
   * Asks the model. Ends with `end`, or throws {@link ModelError}, {@link NetworkError} or the signal's reason; a
   * consumer that stops early ends the request.
   */
  stream(request: ModelRequest, signal?: AbortSignal): AsyncIterable<ModelEvent>;
}

/** Asks and waits for the whole reply; `onevent` sees the parts. */
export async function ask(
  model: Pick<LanguageModel, 'id' | 'stream'>,
  request: ModelRequest,
  signal?: AbortSignal,
  onevent?: (event: ModelEvent) => void,
): Promise<ModelReply> {
  for await (const event of model.stream(request, signal)) {
    onevent?.(event);
    if (event.type === 'end') return event.reply;
  }
  throw new TypeError(`${model.id}: the stream ended without an "end" event`);
}

/** A call's raw arguments as an object; null when they are none. An empty text is an empty object. */
export function readArguments(raw: string): JsonObject | null {
  if (raw.trim() === '') return {};
  try {
    return jsonObjectSchema.safeParse(JSON.parse(raw)).data ?? null;
  } catch {
    return null;
  }
}
