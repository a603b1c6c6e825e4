import type { ChatCompletionChunk, ChatCompletionParams, Wllama } from '@wllama/wllama/esm/index.js';
import { ModelError, type LanguageModel, type ModelEvent, type ModelRequest } from '#core/model/index.ts';
import { Assembly } from '../../assemble.ts';
import type { Clock } from '../../clock.ts';
import { openaiWire } from '../../wires/openai.ts';
import { replyFailure } from './failures.ts';

/** What a model needs of the engine that holds it. */
export interface Holder {
  readonly wllama: Pick<Wllama, 'createChatCompletion'>;
  /** Rejects when the engine dies; never resolves. */
  readonly died: Promise<never>;
  readonly clock: Clock;
  /** Told of a failure after which nothing can be asked. */
  readonly onfailure: (error: unknown) => void;
}

/**
 * Milliseconds without a word after which the engine counts as dead: a thread that is killed from outside says nothing.
 * While it reads a prompt it tells how far it is after each batch.
 */
const SILENCE_MS = 10 * 60_000;

/**
 * A model in wllama: llama.cpp's own chat completions, constrained to a schema where one is asked for. One reply at a
 * time: others wait, so that the cache of the prompt's beginning serves the next turn of the same conversation.
 */
export function wllamaModel(card: Omit<LanguageModel, 'stream'>, holder: Holder): LanguageModel {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...card,
    async *stream(request, signal) {
      signal?.throwIfAborted();
      const before = last;
      let leave: () => void = () => undefined;
      last = new Promise<void>((resolve) => (leave = resolve));
      try {
        await orAborted(before, signal);
      } catch (error) {
        // Whoever waits behind this one still waits for those before it.
        before.then(leave, leave);
        throw error;
      }
      yield* reply(request, holder, signal, leave);
    },
  };
}

/** @param leave called when the engine is free again, which may be after the caller has left */
async function* reply(
  request: ModelRequest,
  { wllama, died, clock, onfailure }: Holder,
  signal: AbortSignal | undefined,
  leave: () => void,
): AsyncGenerator<ModelEvent> {
  const own = new AbortController();
  const assembly = new Assembly(clock.now());
  const read = openaiWire.reader(request);
  const heard: ChatCompletionChunk[] = [];
  let isDone = false;
  let wake: () => void = () => undefined;
  let heardAt = clock.now();
  const silent = silence(clock, () => heardAt, own.signal);
  // Ended with the reply.
  silent.catch(() => undefined);
  const done = wllama
    .createChatCompletion({
      ...bodyOf(request),
      stream: true,
      abortSignal: own.signal,
      onData: (chunk) => {
        heard.push(chunk);
        heardAt = clock.now();
        wake();
      },
    })
    .finally(() => {
      isDone = true;
      wake();
    });
  done.then(leave, leave);
  died.catch(leave);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const chunk = heard.shift();
      if (chunk === undefined) {
        if (isDone) break;
        const more = new Promise<void>((resolve) => (wake = resolve));
        await orAborted(Promise.race([more, died, silent]), signal);
        continue;
      }
      for (const part of read(chunk)) {
        if (part.type === 'failure') throw new Error(part.message);
        const event = assembly.add(part, clock.now());
        if (event !== null) yield event;
      }
    }
    await done;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ModelError) throw error;
    onfailure(error);
    throw replyFailure(error, request.schema !== null);
  } finally {
    own.abort();
  }
  if (!assembly.finished)
    throw new ModelError('protocol', 'The engine ended the reply without saying why.', 'Try again.');
  const whole = assembly.reply(clock.now());
  // The line break before the tag that ends the thoughts is none of them.
  yield { type: 'end', reply: { ...whole, reasoning: whole.reasoning.trim() } };
}

/** Rejects once nothing has been heard for too long, or with the signal's reason. */
async function silence(clock: Clock, heardAt: () => number, signal: AbortSignal): Promise<never> {
  for (;;) {
    const left = heardAt() + SILENCE_MS - clock.now();
    if (left <= 0) throw new Error(`has crashed: it said nothing for ${SILENCE_MS / 60_000} minutes`);
    await clock.sleep(left, signal);
  }
}

const WITHOUT_THOUGHTS = { reasoning_format: 'none', chat_template_kwargs: { enable_thinking: false } };

/** The request in the words of llama.cpp's server. */
function bodyOf(request: ModelRequest): ChatCompletionParams {
  // Our own writer of the same wire format; wllama's types know fewer of its fields.
  const body = openaiWire.body(request, 'tab') as ChatCompletionParams;
  return {
    ...body,
    cache_prompt: true,
    return_progress: true,
    // A schema leaves no room for thoughts: an engine that expects some lets the model write them unconstrained.
    ...(request.schema === null ? {} : WITHOUT_THOUGHTS),
  };
}

/** Waits, but no longer than the signal; rejects with its reason. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () =>
      reject(signal.reason instanceof Error ? signal.reason : new DOMException('Cancelled.', 'AbortError'));
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
