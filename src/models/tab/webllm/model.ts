import { ModelError, type LanguageModel, type ModelEvent, type ModelRequest } from '#core/model/index.ts';
import type { Clock } from '../../clock.ts';
import { Gate } from '../../gate.ts';
import { ThoughtSplitter, type ReplyPart } from '../thoughts.ts';
import type { ChatCompletionChunk, ChatCompletionRequestStreaming, WebllmEngine } from './api.ts';
import { replyFailure } from './failures.ts';
import { NO_THOUGHTS, webllmRequest, type MessageStyle } from './messages.ts';

/** A loaded engine, and what is known about its model. */
export interface WebllmModelInput {
  readonly engine: WebllmEngine;
  readonly id: string;
  readonly title: string;
  readonly contextTokens: number;
  /** Whether its replies begin with thoughts, and WebLLM can keep it from them. */
  readonly thinks: boolean;
  readonly templated: MessageStyle['templated'];
  /** `native` is none of WebLLM's: its own tool field works with five old models. */
  readonly toolMethod: 'grammar' | 'prompt';
  readonly clock: Clock;
  /** Told when a reply shows that the model is gone or does not answer any more. */
  readonly onlost: (error: ModelError) => void;
}

/** Milliseconds without a token after which the engine counts as hung. Reading a long prompt is one such silence. */
const SILENCE_MS = 10 * 60_000;
/** Milliseconds that the engine has to end a reply that nobody wants any more. */
const END_MS = 15_000;

/** A model that WebLLM has loaded, as everything above sees it. One reply at a time. */
export function webllmModel(input: WebllmModelInput): LanguageModel {
  const seat = new Seat(input);
  return {
    id: input.id,
    title: input.title,
    place: 'in this tab, on the graphics processor',
    toolMethod: input.toolMethod,
    contextTokens: input.contextTokens,
    stream: (request, signal) => seat.stream(request, signal),
  };
}

type Messages = ChatCompletionRequestStreaming['messages'];

/** What the engine has computed and keeps: a conversation with its last reply, and how many tokens that is. */
interface Kept {
  readonly messages: Messages;
  readonly tokens: number;
}

class Seat {
  readonly #input: WebllmModelInput;
  readonly #gate: Gate;
  #kept: Kept | null = null;
  /** A reply that was given up and has not ended; null when the engine is free. */
  #hung: Promise<unknown> | null = null;

  constructor(input: WebllmModelInput) {
    this.#input = input;
    this.#gate = new Gate({ atOnce: 1, perMinute: null }, input.clock);
  }

  async *stream(request: ModelRequest, signal: AbortSignal | undefined): AsyncGenerator<ModelEvent> {
    signal?.throwIfAborted();
    // The engine would make others wait too, and an interrupt ends whatever it is at.
    const leave = await this.#gate.enter(signal);
    try {
      await this.#free();
      yield* this.#reply(request, signal);
    } finally {
      leave();
    }
  }

  async *#reply(request: ModelRequest, signal: AbortSignal | undefined): AsyncGenerator<ModelEvent> {
    const { clock, thinks, templated } = this.#input;
    // Under a grammar there is no room for thoughts, and the model is told so in its own way.
    const style = { unthinking: thinks && request.schema !== null, templated };
    const asked = webllmRequest(request, style);
    const isKept = continues(this.#kept, asked.messages);
    const before = isKept ? (this.#kept?.tokens ?? 0) : 0;
    this.#kept = null;

    const began = clock.now();
    let first: number | null = null;
    const written = new Written(request.schema !== null, style.unthinking);
    let finish: string | null = null;
    let usage: ChatCompletionChunk['usage'];
    for await (const chunk of this.#chunks(asked, signal)) {
      usage = chunk.usage ?? usage;
      const [choice] = chunk.choices;
      if (choice === undefined) continue;
      const { content } = choice.delta;
      if (content) {
        for (const part of written.add(content)) {
          first ??= clock.now();
          yield eventOf(part);
        }
      }
      finish = choice.finish_reason ?? finish;
    }
    signal?.throwIfAborted();
    if (finish !== 'stop' && finish !== 'length')
      throw new ModelError('device', 'The reply was ended from outside.', 'Load the model again.');
    const { parts, text, reasoning } = written.end();
    yield* parts.map(eventOf);
    // The engine keeps what it computed, but not after a reply that was cut: its last token is not in there.
    if (finish === 'stop' && usage !== undefined)
      this.#kept = {
        messages: [...asked.messages, { role: 'assistant', content: written.raw }],
        // The stop token was chosen, and never read.
        tokens: before + usage.prompt_tokens + Math.max(0, usage.completion_tokens - 1),
      };
    const ended = clock.now();
    yield {
      type: 'end',
      reply: {
        text,
        reasoning,
        calls: [],
        finish,
        // WebLLM counts only the part of the prompt that it read anew.
        usage:
          usage === undefined
            ? { prompt: null, cached: null, reply: null }
            : { prompt: before + usage.prompt_tokens, cached: before, reply: usage.completion_tokens },
        timing: { first: (first ?? ended) - began, total: ended - began },
      },
    };
  }

  /** The chunks of a reply. Whoever leaves early, or is told to stop, ends the reply in the engine as well. */
  async *#chunks(
    asked: ChatCompletionRequestStreaming,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ChatCompletionChunk> {
    const { engine } = this.#input;
    let pending: Promise<IteratorResult<ChatCompletionChunk>> | null = null;
    let iterator: AsyncIterator<ChatCompletionChunk> | null = null;
    let ended = false;
    try {
      const chunks = await engine.chatCompletion(asked);
      iterator = chunks[Symbol.asyncIterator]();
      for (;;) {
        pending = iterator.next();
        const step = await this.#within(pending, signal);
        pending = null;
        if (step.done === true) {
          ended = true;
          return;
        }
        yield step.value;
      }
    } catch (error) {
      signal?.throwIfAborted();
      // A reply that failed has ended, unless it was given up.
      ended = !(error instanceof GivenUp);
      const failure =
        error instanceof GivenUp
          ? new ModelError('device', 'The graphics processor does not answer.', 'Load the model again.')
          : replyFailure(error);
      if (failure.kind === 'device') this.#input.onlost(failure);
      throw failure;
    } finally {
      if (!ended && iterator !== null) await this.#end(iterator, pending);
    }
  }

  /** A step of the engine, if it comes before the signal and in time. */
  async #within<T>(step: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    const over = new AbortController();
    const stop = () => over.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([
        step,
        this.#input.clock.sleep(SILENCE_MS, over.signal).then(() => {
          throw new GivenUp();
        }),
      ]);
    } finally {
      signal?.removeEventListener('abort', stop);
      // The sleeper ends, and its rejection is heard by the race.
      over.abort();
    }
  }

  /** Ends a reply in the engine, and waits for that, but not for ever. */
  async #end(iterator: AsyncIterator<ChatCompletionChunk>, pending: Promise<unknown> | null): Promise<void> {
    await this.#input.engine.interruptGenerate();
    const end = Promise.resolve(pending)
      .catch(() => undefined)
      .then(() => iterator.return?.())
      .catch(() => undefined);
    const inTime = await this.#inTime(end);
    if (!inTime) {
      const hung = end.then(() => {
        if (this.#hung === hung) this.#hung = null;
      });
      this.#hung = hung;
    }
  }

  /** Waits for a reply that was given up. Throws {@link ModelError} when it still has not ended. */
  async #free(): Promise<void> {
    const hung = this.#hung;
    if (hung !== null && !(await this.#inTime(hung)))
      throw new ModelError(
        'device',
        'The graphics processor is still at a reply that was stopped.',
        'Load the model again.',
      );
  }

  async #inTime(end: Promise<unknown>): Promise<boolean> {
    const over = new AbortController();
    try {
      return await Promise.race([
        end.then(() => true),
        this.#input.clock.sleep(END_MS, over.signal).then(() => false),
      ]);
    } finally {
      over.abort();
    }
  }
}

class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** What has been written of a reply. */
class Written {
  /** Null for a reply under a schema: what looks like a tag in there is said, in quotes. */
  readonly #splitter: ThoughtSplitter | null;
  /** What is left of the beginning that is none of the model's words. */
  #prefix: string;
  #text = '';
  #raw = '';

  constructor(hasSchema: boolean, unthinking: boolean) {
    this.#splitter = hasSchema ? null : new ThoughtSplitter();
    this.#prefix = unthinking ? NO_THOUGHTS : '';
  }

  /** As the engine keeps it. */
  get raw(): string {
    return this.#raw;
  }

  add(chunk: string): readonly ReplyPart[] {
    this.#raw += chunk;
    let at = 0;
    while (at < chunk.length && this.#prefix !== '' && chunk[at] === this.#prefix[0]) {
      at += 1;
      this.#prefix = this.#prefix.slice(1);
    }
    const text = chunk.slice(at);
    if (text === '') return [];
    this.#prefix = '';
    this.#text += text;
    return this.#splitter?.add(text) ?? [{ type: 'text', text }];
  }

  end(): ReturnType<ThoughtSplitter['end']> {
    return this.#splitter?.end() ?? { parts: [], text: this.#text, reasoning: '' };
  }
}

function eventOf({ type, text }: ReplyPart): ModelEvent {
  return { type: type === 'text' ? 'text-delta' : 'reasoning-delta', text };
}

/**
 * Whether a request goes on with what the engine keeps, by the engine's own rule: the same conversation, and exactly
 * one message more.
 */
function continues(kept: Kept | null, messages: Messages): boolean {
  return (
    kept !== null &&
    messages.length === kept.messages.length + 1 &&
    kept.messages.every((message, i) => {
      const other = messages[i];
      return message.role === other?.role && message.content === other.content;
    })
  );
}
