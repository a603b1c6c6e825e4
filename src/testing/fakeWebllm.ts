/**
 * WebLLM without a graphics processor: one engine that keeps the rules of the real one (which messages it takes, how its
 * templates are filled, when it goes on with what it has computed, how it is interrupted) and says what a test tells it.
 * A token is a word here, with the space before it.
 */
import type {
  AppConfig,
  ChatCompletionChunk,
  ChatCompletionRequestStreaming,
  Webllm,
  WebllmEngine,
  WebllmReport,
} from '../models/tab/webllm/api.ts';
import type { FakeReply } from './fakeVendors.ts';

/** What the engine does with one request: reply, throw, or say nothing until it is interrupted (or not even then). */
export type FakeTurn = FakeReply | Error | 'hang' | 'deaf';

export interface FakeWebllmInput {
  /** Replies in turn; the last is given again and again. */
  readonly turns: readonly FakeTurn[];
  /** What happens at `reload`; absent loads at once. */
  readonly reload?: (onreport: (report: WebllmReport) => void, unloaded: Promise<void>) => Promise<void>;
  readonly prebuilt?: Webllm['prebuilt'];
  readonly contextTokens?: number;
}

/** The package, and what was done with it. */
export interface FakeWebllm extends Webllm {
  /** Every prompt as the model would read it, of which the engine had computed the first so many tokens. */
  readonly prompts: readonly { readonly text: string; readonly computed: number }[];
  readonly requests: readonly ChatCompletionRequestStreaming[];
  readonly configs: readonly AppConfig[];
  readonly interrupts: number;
  readonly unloads: number;
}

type Conversation = { system: string | undefined; messages: [role: string, content: string][] };

const tokensOf = (text: string) => text.match(/\s*\S+|\s+$/g) ?? [];

/** Makes one. */
export function fakeWebllm(input: FakeWebllmInput): FakeWebllm {
  const prompts: { text: string; computed: number }[] = [];
  const requests: ChatCompletionRequestStreaming[] = [];
  const configs: AppConfig[] = [];
  const counts = { interrupts: 0, unloads: 0 };
  return {
    prompts,
    requests,
    configs,
    get interrupts() {
      return counts.interrupts;
    },
    get unloads() {
      return counts.unloads;
    },
    prebuilt: input.prebuilt ?? [],
    engine(config, onreport) {
      configs.push(config);
      return new Engine(input, onreport, { prompts, requests, counts });
    },
  };
}

interface Seen {
  readonly prompts: { text: string; computed: number }[];
  readonly requests: ChatCompletionRequestStreaming[];
  readonly counts: { interrupts: number; unloads: number };
}

class Engine implements WebllmEngine {
  readonly #input: FakeWebllmInput;
  readonly #report: (report: WebllmReport) => void;
  readonly #seen: Seen;
  #old: Conversation = { system: undefined, messages: [] };
  #finish: 'stop' | 'length' | 'abort' | null = null;
  #computed = 0;
  #interrupted = false;
  #isLoaded = false;
  #wake = (): void => undefined;
  #unloaded = (): void => undefined;

  constructor(input: FakeWebllmInput, report: (report: WebllmReport) => void, seen: Seen) {
    this.#input = input;
    this.#report = report;
    this.#seen = seen;
  }

  async reload(): Promise<void> {
    const unloaded = new Promise<void>((resolve) => (this.#unloaded = resolve));
    await this.#input.reload?.(this.#report, unloaded);
    this.#isLoaded = true;
  }

  unload(): Promise<void> {
    this.#seen.counts.unloads += 1;
    this.#isLoaded = false;
    this.#unloaded();
    return Promise.resolve();
  }

  interruptGenerate(): void {
    this.#seen.counts.interrupts += 1;
    this.#interrupted = true;
    this.#wake();
  }

  chatCompletion(request: ChatCompletionRequestStreaming): Promise<AsyncIterable<ChatCompletionChunk>> {
    if (!this.#isLoaded)
      return Promise.reject(named('ModelNotLoadedError', 'Model not loaded before trying to complete.'));
    return Promise.resolve(this.#generate(request));
  }

  async *#generate(request: ChatCompletionRequestStreaming): AsyncGenerator<ChatCompletionChunk> {
    const turn = this.#input.turns[Math.min(this.#seen.requests.length, this.#input.turns.length - 1)];
    this.#seen.requests.push(request);
    this.#interrupted = false;
    const prompted = this.#prefill(request);
    await Promise.resolve();
    if (turn === undefined) throw new Error('no turn is left');
    if (turn instanceof Error) throw turn;
    if (turn === 'hang' || turn === 'deaf') {
      while (turn === 'deaf' || !this.#interrupted) await new Promise<void>((wake) => (this.#wake = wake));
      this.#end('abort', '');
      return;
    }
    const unthinking = request.extra_body?.enable_thinking === false ? '<think>\n\n</think>\n\n' : '';
    const thought = turn.reasoning === undefined ? '' : `<think>\n${turn.reasoning}\n</think>\n\n`;
    const text = `${unthinking}${thought}${turn.text ?? ''}`;
    let said = '';
    for (const token of [unthinking, ...tokensOf(text.slice(unthinking.length))]) {
      if (this.#interrupted) {
        this.#end('abort', said);
        yield chunk({}, 'abort');
        return;
      }
      // Cut within a token too, as characters of several bytes are.
      for (const part of [token.slice(0, 3), token.slice(3)]) yield chunk({ content: part }, null);
      said += token;
      await Promise.resolve();
    }
    const finish = turn.finish === 'length' ? 'length' : 'stop';
    const written = tokensOf(text.slice(unthinking.length)).length + (finish === 'stop' ? 1 : 0);
    this.#computed += prompted + written - 1;
    this.#end(finish, text);
    yield chunk({}, finish);
    if (turn.usage !== null)
      yield {
        ...chunk({}, null),
        choices: [],
        // The engine says what it says; a test may set other numbers.
        usage: usage(turn.usage === undefined ? prompted : turn.usage.prompt, turn.usage?.reply ?? written),
      };
  }

  /** Takes a conversation; how many tokens of it had to be computed. */
  #prefill({ messages, extra_body: extra }: ChatCompletionRequestStreaming): number {
    const last = messages.at(-1);
    if (last?.role !== 'user' && last?.role !== 'tool')
      throw named('MessageOrderError', 'The last message should be from the `user` or `tool`.');
    const asked: Conversation = { system: undefined, messages: [] };
    for (const [i, message] of messages.slice(0, -1).entries()) {
      if (typeof message.content !== 'string')
        throw named('ContentTypeError', `${message.role}'s message should have type string.`);
      if (message.role === 'system') {
        if (i !== 0)
          throw named('SystemMessageOrderError', 'System prompt should always be the first message.');
        asked.system = message.content;
      } else asked.messages.push([message.role, message.content]);
    }
    const goesOn =
      this.#finish === 'stop' &&
      asked.messages.length > 0 &&
      JSON.stringify(asked) === JSON.stringify(this.#old);
    if (!goesOn) this.#computed = 0;
    asked.messages.push([last.role, typeof last.content === 'string' ? last.content : '']);
    const before = this.#computed;
    const lines = asked.messages.map(
      ([role, text]) => `<|${role}|>${'{message}'.replace('{message}', text)}\n`,
    );
    const system = '<|system|>{message}\n'.replace('{message}', asked.system ?? '');
    const text = `${system}${lines.join('')}<|assistant|>`;
    this.#seen.prompts.push({ text, computed: before });
    this.#old = asked;
    this.#finish = null;
    const fresh = goesOn ? `${lines.at(-1) ?? ''}<|assistant|>` : text;
    const prompted = tokensOf(fresh).length + (extra?.enable_thinking === false ? 2 : 0);
    const room = this.#input.contextTokens ?? Infinity;
    if (before + prompted > room)
      throw named(
        'ContextWindowSizeExceededError',
        `Prompt tokens exceed context window size: number of prompt tokens: ${prompted}; context window size: ${room}`,
      );
    return prompted;
  }

  #end(finish: 'stop' | 'length' | 'abort', said: string): void {
    this.#finish = finish;
    this.#old.messages.push(['assistant', said]);
  }
}

function usage(prompt: number, reply: number): NonNullable<ChatCompletionChunk['usage']> {
  return {
    prompt_tokens: prompt,
    completion_tokens: reply,
    total_tokens: prompt + reply,
    extra: {
      e2e_latency_s: 0,
      prefill_tokens_per_s: 0,
      decode_tokens_per_s: 0,
      time_to_first_token_s: 0,
      time_per_output_token_s: 0,
    },
  };
}

function chunk(
  delta: ChatCompletionChunk['choices'][number]['delta'],
  finish: 'stop' | 'length' | 'abort' | null,
): ChatCompletionChunk {
  return {
    id: 'fake',
    created: 0,
    model: 'fake',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

/** An error of WebLLM: its classes set a name and nothing else that can be told apart. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
