import type { Domain, Json, Random } from '../../environment/index.ts';
import {
  Conversation,
  ConversationError,
  defaultConversation,
  joinNotes,
  modelTools,
  withTools,
  type LanguageModel,
  type ModelNote,
} from '../../model/index.ts';
import prosePrompt from '../../prompts/prose.md?raw';
import proseToolsPrompt from '../../prompts/proseTools.md?raw';
import type { Request } from '../../transform/index.ts';
import type { AgentAct, RequestStatus, RolloutEvent } from '../event.ts';
import type { Hands, UserParty, UserTurn } from '../party.ts';
import type { StatusChange } from '../wishes.ts';

/** What a user of prose is made of. */
export interface ProseInput {
  readonly domain: Domain;
  /** The instructions of the task, as they came. */
  readonly scenario: string;
  /** What happened so far. */
  readonly events: () => readonly RolloutEvent[];
  readonly random: Random;
}

/** How a model plays a user of prose. */
export interface ProseSettings {
  readonly temperature: number | null;
  readonly maxTokens: number;
}

/** What the agent is taken to have said before the user's first message. The agent never sees it. */
const GREETING = 'Hello, how can I help you today?';
/** Uses of their own tools before a user has to write. */
const MOST_USES = 20;
/** The marks with which a simulated user of tau2-bench ends a conversation. */
const ENDS = /###(STOP|TRANSFER|OUT-OF-SCOPE)###/;

/**
 * A model that was given the prose of an imported task and plays its user, as tau2-bench's own simulator does. There
 * is no program behind it: nothing gates its words, no request has a status, and what it gets wrong looks like the
 * agent's failure. Source of the protocol (who opens, the marks that end it, tools of the user's own):
 * github.com/sierra-research/tau2-bench, user simulator.
 */
export class ProseUser implements UserParty {
  readonly #input: ProseInput;
  readonly #conversation: Conversation;
  #turn = 0;

  constructor(model: LanguageModel, input: ProseInput, { temperature, maxTokens }: ProseSettings) {
    this.#input = input;
    const tools = modelTools({ tools: input.domain.userTools });
    const prompt = prosePrompt.replace('{scenario}', () => input.scenario).trim();
    this.#conversation = new Conversation({
      model,
      settings: { ...defaultConversation, temperature, maxTokens },
      tools,
      system:
        tools.length === 0 ? prompt : withTools(`${prompt}\n\n${proseToolsPrompt.trim()}`, tools, model),
      seed: input.random.int(0, 2 ** 31 - 1),
    });
  }

  get statuses(): Record<string, RequestStatus> {
    return {};
  }
  get goal(): readonly Request[] {
    return [];
  }
  get unfinished(): readonly Request[] {
    return [];
  }
  get turn(): number {
    return this.#turn;
  }
  /** Prose says yes to nothing that a rule could look at. */
  saidAbout(): Readonly<Record<string, Json>> | undefined {
    return undefined;
  }
  observeWrite(): void {
    // Nothing waits for it.
  }
  observeTransfer(): readonly StatusChange[] {
    return [];
  }

  open(signal?: AbortSignal): Promise<UserTurn> {
    return this.#answer(GREETING, undefined, signal);
  }

  reply(_acts: readonly AgentAct[], _state: unknown, hands?: Hands, signal?: AbortSignal): Promise<UserTurn> {
    const heard = this.#input.events().findLast((event) => event.type === 'agent-message');
    return this.#answer(heard?.type === 'agent-message' ? heard.text : '', hands, signal);
  }

  /** The model's turn: any number of its own tools, then a message. */
  async #answer(text: string, hands: Hands | undefined, signal: AbortSignal | undefined): Promise<UserTurn> {
    this.#turn += 1;
    this.#conversation.tell(text);
    const notes: ModelNote[] = [];
    for (let uses = 0; uses <= MOST_USES; uses += 1) {
      const { note, ...turn } = await this.#conversation.next(signal);
      notes.push(note);
      if (turn.type === 'say') {
        const stop = ENDS.test(turn.text);
        return {
          ...{ text: turn.text, acts: stop ? [{ type: 'stop' }] : [], fired: null, statuses: [], stop },
          note: joinNotes(notes),
        };
      }
      const told =
        hands === undefined
          ? 'Error: nobody has asked for that yet. Write your first message.'
          : hands({ name: turn.name, arguments: turn.arguments, requestor: 'user' }).content;
      this.#conversation.result(turn.name, told);
    }
    throw new ConversationError(`The user used more than ${MOST_USES} tools without a word.`);
  }
}
