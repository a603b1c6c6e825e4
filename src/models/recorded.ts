import { z } from 'zod';
import { canonicalJson, digest, InputError } from '#core/environment/index.ts';
import {
  ModelError,
  modelReplySchema,
  type LanguageModel,
  type ModelEvent,
  type ModelReply,
  type ModelRequest,
} from '#core/model/index.ts';

/** One question and its answer. `request` is the digest of the whole request, so that only the same one is answered. */
export const exchangeSchema = z.strictObject({ request: z.string(), reply: modelReplySchema });
export type Exchange = z.infer<typeof exchangeSchema>;

/** The digest under which a request's reply is kept. */
export function requestDigest(request: ModelRequest): string {
  return digest(canonicalJson(JSON.parse(JSON.stringify(request))));
}

/** A model that hands every finished exchange to `keep`. */
export function recording(model: LanguageModel, keep: (exchange: Exchange) => void): LanguageModel {
  return {
    ...model,
    async *stream(request, signal) {
      for await (const event of model.stream(request, signal)) {
        if (event.type === 'end') keep({ request: requestDigest(request), reply: event.reply });
        yield event;
      }
    },
  };
}

/**
 * A model that answers from a recording: the same request gets the same reply, in the order in which they were
 * given. Anything else is an error, so a replay never drifts from what was recorded unnoticed.
 */
export function recorded(
  source: Pick<LanguageModel, 'id' | 'title' | 'toolMethod' | 'contextTokens'>,
  exchanges: readonly Exchange[],
): LanguageModel {
  const replies = new Map<string, ModelReply[]>();
  for (const { request, reply } of exchanges) replies.set(request, [...(replies.get(request) ?? []), reply]);
  const used = new Map<string, number>();
  return {
    ...source,
    place: 'a recording',
    stream(request, signal) {
      return played(() => {
        signal?.throwIfAborted();
        const key = requestDigest(request);
        const at = used.get(key) ?? 0;
        const reply = replies.get(key)?.[at];
        if (reply === undefined)
          throw new ModelError(
            'request',
            'The recording has no answer to this request.',
            'Was the task, the prompt or a tool changed since?',
          );
        used.set(key, at + 1);
        return reply;
      });
    },
  };
}

/** A reply that is there already, as a model would stream it. Throws in the stream what `find` throws. */
export async function* played(find: () => ModelReply): AsyncGenerator<ModelEvent> {
  const reply = await Promise.resolve().then(find);
  if (reply.reasoning !== '') yield { type: 'reasoning-delta', text: reply.reasoning };
  if (reply.text !== '') yield { type: 'text-delta', text: reply.text };
  for (const [index, { name, raw }] of reply.calls.entries()) yield { type: 'call-delta', index, name, raw };
  yield { type: 'end', reply };
}

/** Reads exchanges from outside. Throws {@link InputError}. */
export function parseExchanges(value: unknown, where: string): Exchange[] {
  const parsed = z.array(exchangeSchema).safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    where,
    `not a recording: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
  );
}
