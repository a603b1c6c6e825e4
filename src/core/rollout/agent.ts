import type { Domain, Random, State, ToolCall } from '../environment/index.ts';
import type { ModelNote } from '../model/index.ts';
import type { TaskDraft } from '../transform/index.ts';
import type { AgentAct, AgentIdentity, UserAct } from './event.ts';

/** What an agent is told next. */
export type AgentInput =
  /**
   * The user wrote. Models read `text`; scripted agents read `acts`, and `state`, which the user may have changed
   * with their own hands.
   */
  | {
      readonly type: 'user';
      readonly text: string;
      readonly acts: readonly UserAct[];
      readonly state: State;
    }
  /** A call of the agent returned. `state` is for scripted agents, which have no language to read `content` with. */
  | {
      readonly type: 'result';
      readonly call: ToolCall;
      readonly ok: boolean;
      readonly content: string;
      readonly state: State;
    };

/** What an agent does next: it writes to the user, or it calls one tool. Never both. */
export type AgentTurn = (
  | { readonly type: 'message'; readonly text: string; readonly acts: readonly AgentAct[] }
  | { readonly type: 'call'; readonly call: ToolCall }
) & {
  /** How a model came to it. */
  readonly note?: ModelNote;
};

/** One agent serving one task. */
export interface AgentSession {
  /** Ends with a rejection when the signal fires or the model or network fails. */
  next(input: AgentInput, signal?: AbortSignal): AgentTurn | Promise<AgentTurn>;
}

/** What an agent may use. Only `oracle` looks at the task. */
export interface AgentContext {
  readonly domain: Domain;
  readonly state: State;
  readonly task: TaskDraft;
  readonly random: Random;
}

/** An agent that can serve tasks. */
export interface Agent {
  readonly identity: AgentIdentity;
  /** One sentence: how it behaves. */
  readonly description: string;
  start(context: AgentContext): AgentSession;
}
