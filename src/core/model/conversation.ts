import { sameJson, type JsonObject } from '../environment/index.ts';
import {
  ask,
  type LanguageModel,
  type ModelCall,
  type ModelMessage,
  type ModelReply,
  type ModelTool,
} from './model.ts';
import { NoteTaker, type ModelNote } from './note.ts';
import { callInText, callText, readReply, replySchema, sayText } from './toolReply.ts';

/** How a model is asked when it acts with tools. */
export interface ConversationSettings {
  /** Null leaves it to the model. */
  readonly temperature: number | null;
  /** Tokens of one reply, thoughts included. */
  readonly maxTokens: number;
  /** Times a reply that cannot be used is asked for again. */
  readonly repairs: number;
  /** Characters of a tool's result that are passed on; the rest is cut with a mark. Null passes all. */
  readonly longestResult: number | null;
}

export const defaultConversation: ConversationSettings = {
  temperature: 0,
  maxTokens: 2048,
  repairs: 2,
  longestResult: null,
};

/** The model did not manage to act: its own failure, unlike one of its server. */
export class ConversationError extends Error {
  override readonly name = 'ConversationError';
}

/** The same turn so often in a row is a loop. */
const LOOP = 6;
/** Characters of one message; whatever writes more is not talking to anybody. */
const LONGEST_MESSAGE = 20_000;

/** One turn of a model: it says something, or calls one tool. Never both. */
export type ModelTurn = (
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'call'; readonly name: string; readonly arguments: JsonObject }
) & { readonly note: ModelNote };

type Act =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'call'; readonly name: string; readonly arguments: JsonObject };

type Read =
  | {
      readonly act: Act;
      readonly mended: string | null;
      readonly call: ModelCall | null;
      /** The reply to the letter, where it can stand in the conversation; null where the act is written anew. */
      readonly written?: string | null;
    }
  | { readonly problem: string; readonly call: ModelCall | null };

/** What a conversation needs. */
export interface ConversationInput {
  readonly model: LanguageModel;
  readonly settings: ConversationSettings;
  readonly tools: readonly ModelTool[];
  /** The system prompt. The same for many conversations, it stays in the model's cache. */
  readonly system: string;
  readonly seed: number;
}

/**
 * A conversation with a model that acts: whatever its way to call tools, each turn is one act. Replies that cannot
 * be used are shown to the model with what was wrong, and asked for again. Messages are only ever added, so that
 * every request begins with all of the one before it.
 */
export class Conversation {
  readonly #input: ConversationInput;
  readonly #messages: ModelMessage[];
  /** The call that the next result belongs to. */
  #waiting: ModelCall | null = null;
  readonly #acts: Act[] = [];

  constructor(input: ConversationInput) {
    this.#input = input;
    this.#messages = [{ role: 'system', content: input.system }];
  }

  /** Somebody writes to the model. */
  tell(text: string): void {
    this.#messages.push({ role: 'user', content: text });
  }

  /** The model's call returned. */
  result(name: string, content: string): void {
    const text = cutTo(content, this.#input.settings.longestResult);
    const call = this.#waiting;
    this.#waiting = null;
    if (this.#isNative() && call !== null)
      this.#messages.push({ role: 'tool', id: call.id, name: call.name, content: text });
    else this.tell(`Result of ${name}: ${text}`);
  }

  /**
   * The model's next turn. Throws {@link ConversationError} when it gives no usable reply or loops, and whatever
   * the model throws.
   */
  async next(signal?: AbortSignal): Promise<ModelTurn> {
    const { model, settings } = this.#input;
    const taker = new NoteTaker(model.id, model.toolMethod);
    for (let attempt = 0; ; attempt += 1) {
      const reply = await ask(model, this.#request(), signal);
      taker.add(reply);
      const read = this.#isNative() ? this.#readNative(reply) : readGrammar(reply);
      if ('act' in read) {
        this.#take(read);
        return { ...read.act, note: taker.note(reply.reasoning, read.mended) };
      }
      taker.reject(rawOf(reply), read.problem);
      if (attempt >= settings.repairs)
        throw new ConversationError(`No usable reply in ${attempt + 1} tries. The last: ${read.problem}`);
      this.#correct(reply, read);
    }
  }

  #isNative(): boolean {
    return this.#input.model.toolMethod === 'native';
  }

  #request() {
    const { model, settings, tools, seed } = this.#input;
    return {
      messages: [...this.#messages],
      tools: this.#isNative() ? [...tools] : [],
      schema: model.toolMethod === 'grammar' ? { name: 'reply', schema: replySchema(tools) } : null,
      maxTokens: settings.maxTokens,
      temperature: settings.temperature,
      seed,
    };
  }

  #readNative(reply: ModelReply): Read {
    const [call, ...others] = reply.calls;
    if (call !== undefined) {
      if (call.arguments === null)
        return { problem: `The arguments of ${call.name} are not a JSON object.`, call };
      const beside = [
        ...(reply.text.trim() === '' ? [] : ['text beside a call was left out']),
        ...(others.length === 0 ? [] : [`${others.length} more calls in one turn were left out`]),
      ];
      const act: Act = { type: 'call', name: call.name, arguments: call.arguments };
      return { act, mended: beside.length === 0 ? null : beside.join('; '), call };
    }
    const written = callInText(reply.text, this.#input.tools);
    if (written !== null) {
      const made = {
        id: `text_${this.#messages.length}`,
        ...written,
        raw: JSON.stringify(written.arguments),
      };
      return { act: { type: 'call', ...written }, mended: 'the call was written into the text', call: made };
    }
    return said(reply, reply.text);
  }

  #take({ act, call, written }: Extract<Read, { act: Act }>): void {
    this.#waiting = call;
    this.#messages.push({
      role: 'assistant',
      // Engines that keep what they computed go on only from what they wrote themselves, spaces included.
      content: written ?? this.#contentOf(act),
      calls: call === null ? [] : [call],
    });
    this.#acts.push(act);
    if (loops(this.#acts)) throw new ConversationError(`It did the same ${LOOP} times in a row.`);
  }

  #contentOf(act: Act): string {
    if (act.type === 'say') return this.#isNative() ? act.text : sayText(act.text);
    return this.#isNative() ? '' : callText(act.name, act.arguments);
  }

  /** Shows the model what it wrote and what was wrong with it. */
  #correct(reply: ModelReply, { problem, call }: Extract<Read, { problem: string }>): void {
    const text = `${problem} Write a message, or call one tool.`;
    if (call !== null) {
      this.#messages.push({ role: 'assistant', content: '', calls: [call] });
      this.#messages.push({ role: 'tool', id: call.id, name: call.name, content: `Error: ${text}` });
      return;
    }
    if (reply.text !== '')
      this.#messages.push({ role: 'assistant', content: cutTo(reply.text, 2000), calls: [] });
    this.tell(`[${text}]`);
  }
}

function readGrammar(reply: ModelReply): Read {
  const read = readReply(reply.text);
  if (read.type === 'unreadable')
    return {
      problem: reply.finish === 'length' ? `${read.problem} It was cut at its limit.` : read.problem,
      call: null,
    };
  const written = isJson(reply.text) ? reply.text : null;
  if (read.type === 'say') {
    const words = said(reply, read.text);
    return 'act' in words && words.mended === null ? { ...words, written } : words;
  }
  const act: Act = { type: 'call', name: read.name, arguments: read.arguments };
  return { act, mended: null, call: null, written };
}

/** Whether a text is one JSON value and nothing else. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function said(reply: ModelReply, text: string): Read {
  const words = text.trim();
  if (reply.finish === 'refusal')
    return {
      problem: `The model's own filter declined${words === '' ? '' : `: ${words.slice(0, 200)}`}.`,
      call: null,
    };
  if (words === '') {
    const problem =
      reply.finish === 'length'
        ? 'The reply was cut at its limit before a word was said.'
        : 'The reply is empty.';
    return { problem, call: null };
  }
  const cut = cutTo(words, LONGEST_MESSAGE);
  const isShort = reply.finish === 'length' ? 'the text was cut at its limit' : null;
  return {
    act: { type: 'say', text: cut },
    mended: cut === words ? isShort : 'the text was cut',
    call: null,
  };
}

function loops(acts: readonly Act[]): boolean {
  const last = acts.slice(-LOOP);
  const [first] = last;
  return (
    last.length === LOOP && first !== undefined && last.every((act) => sameJson({ ...act }, { ...first }))
  );
}

/** A text of at most so many characters, with a mark where it was cut. */
function cutTo(text: string, limit: number | null): string {
  if (limit === null || text.length <= limit) return text;
  return `${text.slice(0, limit)} [cut: ${text.length - limit} more characters]`;
}

function rawOf(reply: ModelReply): string {
  return [reply.text, ...reply.calls.map(({ name, raw }) => `${name}(${raw})`)]
    .filter((part) => part !== '')
    .join('\n');
}
