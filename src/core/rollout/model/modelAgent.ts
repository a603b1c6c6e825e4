import { sameJson, type Domain, type ToolCall } from '../../environment/index.ts';
import {
  ask,
  callInText,
  callText,
  NoteTaker,
  readReply,
  replySchema,
  sayText,
  toolText,
  type LanguageModel,
  type ModelCall,
  type ModelMessage,
  type ModelNote,
  type ModelReply,
  type ModelTool,
} from '../../model/index.ts';
import agentPrompt from '../../prompts/agent.md?raw';
import toolsPrompt from '../../prompts/tools.md?raw';
import type { Agent, AgentContext, AgentInput, AgentSession, AgentTurn } from '../agent.ts';

/** How a model is asked when it is the agent. */
export interface ModelAgentSettings {
  /** Null leaves it to the model. */
  readonly temperature: number | null;
  /** Tokens of one reply, thoughts included. */
  readonly maxTokens: number;
  /** Times a reply that cannot be used is asked for again. */
  readonly repairs: number;
  /** Characters of a tool's result that are passed on; the rest is cut with a mark. Null passes all. */
  readonly longestResult: number | null;
}

export const defaultModelAgent: ModelAgentSettings = {
  temperature: 0,
  maxTokens: 2048,
  repairs: 2,
  longestResult: null,
};

/** The model did not manage to act: its own failure, unlike one of its server. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}

/** The same turn so often in a row is a loop. */
const LOOP = 6;
/** Characters of one message; whatever writes more is not talking to anybody. */
const LONGEST_MESSAGE = 20_000;

/** A language model in the agent's seat. */
export function modelAgent(model: LanguageModel, settings: ModelAgentSettings = defaultModelAgent): Agent {
  return {
    identity: { id: model.id, title: model.title, kind: 'model' },
    description: `A language model, running ${model.place}.`,
    start: (context) => new ModelSession(model, settings, context),
  };
}

/** The system prompt of a model agent: the same for every task of a domain, so that it stays in the model's cache. */
export function agentSystemPrompt(
  domain: Domain,
  tools: readonly ModelTool[],
  model: Pick<LanguageModel, 'toolMethod'>,
): string {
  const prompt = agentPrompt.replace('{policy}', () => domain.policy.trim()).trim();
  if (model.toolMethod === 'native') return prompt;
  return `${prompt}\n\n${toolsPrompt.replace('{tools}', () => toolText(tools)).trim()}`;
}

/** The tools of a domain as a model is told of them, sorted by name. */
export function modelTools(domain: Domain): ModelTool[] {
  return [...domain.tools]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, jsonSchema: parameters }) => ({ name, description, parameters }));
}

type Read =
  | { readonly turn: AgentTurn; readonly mended: string | null; readonly call: ModelCall | null }
  | { readonly problem: string; readonly call: ModelCall | null };

class ModelSession implements AgentSession {
  readonly #model: LanguageModel;
  readonly #settings: ModelAgentSettings;
  readonly #tools: readonly ModelTool[];
  readonly #seed: number;
  readonly #messages: ModelMessage[];
  /** The call that the next result belongs to. */
  #waiting: ModelCall | null = null;
  readonly #turns: AgentTurn[] = [];

  constructor(model: LanguageModel, settings: ModelAgentSettings, context: AgentContext) {
    this.#model = model;
    this.#settings = settings;
    this.#tools = modelTools(context.domain);
    this.#seed = context.random.int(0, 2 ** 31 - 1);
    this.#messages = [{ role: 'system', content: agentSystemPrompt(context.domain, this.#tools, model) }];
  }

  async next(input: AgentInput, signal?: AbortSignal): Promise<AgentTurn> {
    this.#hear(input);
    const taker = new NoteTaker(this.#model.id, this.#model.toolMethod);
    for (let attempt = 0; ; attempt += 1) {
      const reply = await ask(this.#model, this.#request(), signal);
      taker.add(reply);
      const read = this.#isNative() ? this.#readNative(reply) : readGrammar(reply);
      if ('turn' in read) return this.#take(read, taker.note(reply.reasoning, read.mended));
      taker.reject(rawOf(reply), read.problem);
      if (attempt >= this.#settings.repairs)
        throw new AgentError(`No usable reply in ${attempt + 1} tries. The last: ${read.problem}`);
      this.#correct(reply, read);
    }
  }

  #isNative(): boolean {
    return this.#model.toolMethod === 'native';
  }

  #request() {
    const { temperature, maxTokens } = this.#settings;
    const isNative = this.#isNative();
    return {
      messages: [...this.#messages],
      tools: isNative ? [...this.#tools] : [],
      schema:
        this.#model.toolMethod === 'grammar' ? { name: 'reply', schema: replySchema(this.#tools) } : null,
      maxTokens,
      temperature,
      seed: this.#seed,
    };
  }

  #hear(input: AgentInput): void {
    if (input.type === 'user') {
      this.#messages.push({ role: 'user', content: input.text });
      return;
    }
    const content = cutTo(input.content, this.#settings.longestResult);
    const call = this.#waiting;
    this.#waiting = null;
    if (this.#isNative() && call !== null)
      this.#messages.push({ role: 'tool', id: call.id, name: call.name, content });
    else this.#messages.push({ role: 'user', content: `Result of ${input.call.name}: ${content}` });
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
      const turn: AgentTurn = { type: 'call', call: { name: call.name, arguments: call.arguments } };
      return { turn, mended: beside.length === 0 ? null : beside.join('; '), call };
    }
    const written = callInText(reply.text, this.#tools);
    if (written !== null) {
      const made = {
        id: `text_${this.#messages.length}`,
        ...written,
        raw: JSON.stringify(written.arguments),
      };
      return {
        turn: { type: 'call', call: written },
        mended: 'the call was written into the text',
        call: made,
      };
    }
    return said(reply, reply.text);
  }

  #take(read: Extract<Read, { turn: AgentTurn }>, note: ModelNote): AgentTurn {
    const { turn, call } = read;
    this.#waiting = call;
    this.#messages.push({
      role: 'assistant',
      content:
        turn.type === 'message'
          ? this.#isNative()
            ? turn.text
            : sayText(turn.text)
          : this.#callContent(turn.call),
      calls: call === null ? [] : [call],
    });
    this.#turns.push(turn);
    if (loops(this.#turns)) throw new AgentError(`It did the same ${LOOP} times in a row.`);
    return { ...turn, note };
  }

  #callContent({ name, arguments: args }: ToolCall): string {
    return this.#isNative() ? '' : callText(name, args);
  }

  /** Shows the model what it wrote and what was wrong with it. */
  #correct(reply: ModelReply, { problem, call }: Extract<Read, { problem: string }>): void {
    const text = `${problem} Write to the user, or call one tool.`;
    if (call !== null) {
      this.#messages.push({ role: 'assistant', content: '', calls: [call] });
      this.#messages.push({ role: 'tool', id: call.id, name: call.name, content: `Error: ${text}` });
      return;
    }
    if (reply.text !== '')
      this.#messages.push({ role: 'assistant', content: cutTo(reply.text, 2000), calls: [] });
    this.#messages.push({ role: 'user', content: `[${text}]` });
  }
}

function readGrammar(reply: ModelReply): Read {
  const read = readReply(reply.text);
  if (read.type === 'unreadable')
    return {
      problem: reply.finish === 'length' ? `${read.problem} It was cut at its limit.` : read.problem,
      call: null,
    };
  if (read.type === 'say') return said(reply, read.text);
  return {
    turn: { type: 'call', call: { name: read.name, arguments: read.arguments } },
    mended: null,
    call: null,
  };
}

function said(reply: ModelReply, text: string): Read {
  const words = text.trim();
  if (reply.finish === 'refusal')
    return {
      problem: `The model's own filter declined${words === '' ? '' : `: ${words.slice(0, 200)}`}.`,
      call: null,
    };
  if (words === '')
    return {
      problem:
        reply.finish === 'length'
          ? 'The reply was cut at its limit before a word was said.'
          : 'The reply is empty.',
      call: null,
    };
  const cut = cutTo(words, LONGEST_MESSAGE);
  const mended =
    cut === words ? (reply.finish === 'length' ? 'the text was cut at its limit' : null) : 'the text was cut';
  return { turn: { type: 'message', text: cut, acts: [] }, mended, call: null };
}

function loops(turns: readonly AgentTurn[]): boolean {
  const last = turns.slice(-LOOP);
  const [first] = last;
  const plain = (turn: AgentTurn) => (turn.type === 'call' ? { ...turn.call } : turn.text);
  return (
    last.length === LOOP && first !== undefined && last.every((turn) => sameJson(plain(turn), plain(first)))
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
