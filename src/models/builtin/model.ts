import {
  ModelError,
  tokensOf,
  type LanguageModel,
  type ModelEvent,
  type ModelRequest,
} from '#core/model/index.ts';
import type { Clock } from '../clock.ts';
import { Gate } from '../gate.ts';
import { webllmMessages } from '../tab/webllm/messages.ts';
import {
  builtinNeeds,
  windowOf,
  type BuiltinApi,
  type BuiltinMessage,
  type BuiltinMonitor,
  type BuiltinSession,
} from './api.ts';
import { builtinFailure, full } from './failures.ts';

/** What a run calls it. There is one, and no telling which. */
export const BUILTIN_ID = 'browser/built-in';

/** Conversations that are kept open: one of each seat, where one model has both. */
const MOST_KEPT = 2;
/** Milliseconds without a part of a reply after which it is given up. Reading a long prompt is one such silence. */
const SILENCE_MS = 5 * 60_000;

/** What it needs from outside. */
export interface BuiltinInput {
  readonly api: BuiltinApi;
  readonly clock: Clock;
}

/** The browser's model in memory. */
export interface LoadedBuiltin {
  readonly model: LanguageModel;
  /** Ends what is under way, and frees the memory. */
  readonly unload: () => void;
}

/**
 * Has the browser load its model, and download it where it has to: that needs a press of a button just before. Rejects
 * with `ModelError` or the signal's reason.
 * @param onprogress parts of 1 that have arrived
 */
export async function loadBuiltin(
  input: BuiltinInput,
  onprogress: (loaded: number) => void,
  signal: AbortSignal,
): Promise<LoadedBuiltin> {
  signal.throwIfAborted();
  const monitor = (monitor: BuiltinMonitor) =>
    monitor.addEventListener('downloadprogress', ({ loaded }) => {
      if (!signal.aborted) onprogress(loaded);
    });
  const first = await input.api.create({ ...builtinNeeds, signal, monitor }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw builtinFailure(error);
  });
  // Held open: the browser unloads a model that no session uses.
  const seat = new Seat(input, first);
  return {
    model: {
      id: BUILTIN_ID,
      title: "This browser's own model",
      place: 'in this browser',
      toolMethod: 'grammar',
      contextTokens: windowOf(first),
      stream: (request, signal) => seat.stream(request, signal),
    },
    unload: () => seat.end(),
  };
}

/** A session, and the conversation that it has read and written. */
interface Kept {
  readonly session: BuiltinSession;
  readonly messages: readonly BuiltinMessage[];
  readonly state: { isFull: boolean };
}

class Seat {
  readonly #input: BuiltinInput;
  readonly #first: BuiltinSession;
  readonly #gate: Gate;
  readonly #over = new AbortController();
  #kept: readonly Kept[] = [];

  constructor(input: BuiltinInput, first: BuiltinSession) {
    this.#input = input;
    this.#first = first;
    this.#gate = new Gate({ atOnce: 1, perMinute: null }, input.clock);
  }

  end(): void {
    this.#over.abort(
      new ModelError('device', 'The browser’s model was unloaded.', 'Load it again in Settings.'),
    );
    for (const { session } of this.#kept) session.destroy();
    this.#kept = [];
    this.#first.destroy();
  }

  async *stream(request: ModelRequest, signal?: AbortSignal): AsyncGenerator<ModelEvent> {
    signal?.throwIfAborted();
    this.#over.signal.throwIfAborted();
    const leave = await this.#gate.enter(signal);
    const stop = new AbortController();
    const forward = () => stop.abort(signal?.reason);
    const over = () => stop.abort(this.#over.signal.reason);
    signal?.addEventListener('abort', forward, { once: true });
    this.#over.signal.addEventListener('abort', over, { once: true });
    try {
      yield* this.#reply(request, stop.signal);
    } catch (error) {
      // Whoever stopped it is told so, whatever the browser makes of that.
      stop.signal.throwIfAborted();
      throw builtinFailure(error);
    } finally {
      stop.abort();
      signal?.removeEventListener('abort', forward);
      this.#over.signal.removeEventListener('abort', over);
      leave();
    }
  }

  async *#reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const { clock } = this.#input;
    const began = clock.now();
    const messages = written(request);
    const { session, state, tail } = await this.#sessionFor(messages, signal);
    let text = '';
    let first: number | null = null;
    let finish: 'stop' | 'length' | 'refusal' = 'stop';
    let isWhole = false;
    try {
      const reader = session
        .promptStreaming(tail, {
          signal,
          ...(request.schema === null
            ? {}
            : // The prompt says already what the schema says, in fewer words.
              { responseConstraint: request.schema.schema, omitResponseConstraintInput: true }),
        })
        .getReader();
      try {
        for (;;) {
          const { done, value } = await this.#inTime(reader.read(), signal);
          if (state.isFull) throw full();
          if (done) break;
          if (value === '') continue;
          first ??= clock.now();
          text += value;
          yield { type: 'text-delta', text: value };
          signal.throwIfAborted();
          // The API knows no such limit.
          if (tokensOf(text.length) > request.maxTokens) {
            finish = 'length';
            break;
          }
        }
        isWhole = finish === 'stop';
      } finally {
        await reader.cancel().catch(() => undefined);
      }
    } catch (error) {
      signal.throwIfAborted();
      // What the browser's own filter holds back arrives as this.
      if (!(error instanceof Error) || error.name !== 'NotReadableError') throw error;
      finish = 'refusal';
    } finally {
      // What was left in the middle is in no state to go on from.
      if (isWhole)
        this.#keep({ session, state, messages: [...messages, { role: 'assistant', content: text }] });
      else session.destroy();
    }
    const ended = clock.now();
    yield {
      type: 'end',
      reply: {
        text,
        reasoning: '',
        calls: [],
        finish,
        usage: { prompt: null, cached: null, reply: null },
        timing: { first: (first ?? ended) - began, total: ended - began },
      },
    };
  }

  /** The session that has read the beginning of a conversation, and what it has not read yet. */
  async #sessionFor(messages: readonly BuiltinMessage[], signal: AbortSignal) {
    const known = this.#kept.find((kept) => begins(messages, kept.messages));
    if (known !== undefined) {
      this.#kept = this.#kept.filter((kept) => kept !== known);
      return { ...known, tail: messages.slice(known.messages.length) };
    }
    const session = await this.#input.api.create({
      ...builtinNeeds,
      signal,
      initialPrompts: messages.slice(0, -1),
    });
    const state = { isFull: false };
    for (const type of ['contextoverflow', 'quotaoverflow'] as const)
      session.addEventListener(type, () => (state.isFull = true));
    return { session, state, tail: messages.slice(-1) };
  }

  #keep(kept: Kept): void {
    const all = [...this.#kept, kept];
    for (const { session } of all.slice(0, -MOST_KEPT)) session.destroy();
    this.#kept = all.slice(-MOST_KEPT);
  }

  async #inTime<T>(part: Promise<T>, signal: AbortSignal): Promise<T> {
    const watch = new AbortController();
    const forward = () => watch.abort(signal.reason);
    signal.addEventListener('abort', forward, { once: true });
    try {
      return await Promise.race([
        part,
        this.#input.clock.sleep(SILENCE_MS, watch.signal).then(() => {
          throw new ModelError('server', 'The browser’s model says nothing any more.', 'Try again.');
        }),
      ]);
    } finally {
      signal.removeEventListener('abort', forward);
      watch.abort();
    }
  }
}

/** One system message at the beginning, then user and assistant in turns, a user last. */
function written({ messages }: ModelRequest): readonly BuiltinMessage[] {
  return webllmMessages(messages, {
    unthinking: false,
    templated: { system: false, user: false, assistant: false },
  }).flatMap(({ role, content }) =>
    (role === 'system' || role === 'user' || role === 'assistant') && typeof content === 'string'
      ? [{ role, content }]
      : [],
  );
}

/** Whether a conversation goes on from another, with something new to answer. */
function begins(messages: readonly BuiltinMessage[], kept: readonly BuiltinMessage[]): boolean {
  return (
    kept.length < messages.length &&
    kept.every(({ role, content }, at) => messages[at]?.role === role && messages[at].content === content)
  );
}
