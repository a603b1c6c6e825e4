import type { ModelNote } from '../model/index.ts';
import type { Json, State, ToolCall } from '../environment/index.ts';
import type { Change, Request } from '../transform/index.ts';
import type { AgentAct, RequestStatus, SimulatorFault, UserAct } from './event.ts';
import type { StatusChange } from './wishes.ts';

/** How the user uses their own tools: runs a call in the environment and says what came of it. */
export type Hands = (call: ToolCall) => {
  readonly ok: boolean;
  readonly content: string;
  readonly state: State;
};

/** One message of the user, and what moved inside the program because of it. */
export interface UserTurn {
  readonly text: string;
  readonly acts: readonly UserAct[];
  readonly fired: Change | null;
  /** Requests whose status changed, in order. */
  readonly statuses: readonly StatusChange[];
  readonly stop: boolean;
  /** What an audit found in words that nobody gates. */
  readonly faults?: readonly Omit<SimulatorFault, 'turn'>[];
  /** How the words came about, where a model chose them. */
  readonly note?: ModelNote | null;
}

/**
 * Who is the user: the program itself, a person who was given it to read, or a model that was given the prose of a task
 * without one.
 */
export interface UserParty {
  readonly statuses: Record<string, RequestStatus>;
  readonly goal: readonly Request[];
  /** The number of the user's last message; the opening is 1. */
  readonly turn: number;
  readonly unfinished: readonly Request[];
  /** See `Wishes`. */
  saidAbout(call: ToolCall, state: State): Readonly<Record<string, Json>> | undefined;
  /** The first message. Rejects when the signal fires. */
  open(signal?: AbortSignal): UserTurn | Promise<UserTurn>;
  /** A write succeeded, the agent's or the user's own. */
  observeWrite(tool: string): void;
  observeTransfer(): readonly StatusChange[];
  /**
   * Answers one message of the agent. `state` tells what the calls under discussion would be; with `hands` the user
   * uses their own tools. Rejects when the signal fires.
   */
  reply(
    acts: readonly AgentAct[],
    state: State,
    hands?: Hands,
    signal?: AbortSignal,
  ): UserTurn | Promise<UserTurn>;
}
