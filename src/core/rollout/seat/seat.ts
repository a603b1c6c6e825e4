import type { Domain, State } from '../../environment/index.ts';
import type { ModelNote } from '../../model/index.ts';
import type { Request, UserProgram } from '../../transform/index.ts';
import type { AgentAct, RolloutEvent, SimulatorFault, UserAct } from '../event.ts';
import type { UserParty } from '../party.ts';
import type { ProseInput } from '../prose/proseUser.ts';

/** What there is to know when a message of the agent is read. */
export interface ReadInput {
  readonly domain: Domain;
  /** The state after the agent's last call. */
  readonly state: State;
  readonly program: UserProgram;
  /** The goal as it is now; `open` are those requests that have not ended. */
  readonly goal: readonly Request[];
  readonly open: readonly Request[];
  readonly events: readonly RolloutEvent[];
  /** The message to read. */
  readonly text: string;
  /** Whether the agent has found out who the user is. */
  readonly isIdentified: boolean;
}

/** What there is to know when a message of the user is put into words. */
export interface VoiceInput {
  readonly program: UserProgram;
  readonly goal: readonly Request[];
  readonly events: readonly RolloutEvent[];
  /** The message in template words: all that may be said now. */
  readonly text: string;
  readonly acts: readonly UserAct[];
  /** Varies manner and draws: the rollout's seed and trial. */
  readonly seed: string;
}

/** Acts behind a message, and how they were found. */
export interface Reading {
  readonly acts: readonly AgentAct[];
  readonly note: ModelNote | null;
}

/** A message of the user in its final words. Faults are what an audit found in words that were kept all the same. */
export interface Voiced {
  readonly text: string;
  readonly faults: readonly Omit<SimulatorFault, 'turn'>[];
  readonly note: ModelNote | null;
}

/**
 * Who plays the user. The program alone decides what is known, wanted and said, and when; the seat reads the
 * agent's prose and words what the program says. It is given nothing that may not be said yet, except to a reader,
 * whose answer has no room for words.
 */
export interface UserSeat {
  readonly id: string;
  readonly title: string;
  read(input: ReadInput, signal?: AbortSignal): Promise<Reading>;
  voice(input: VoiceInput, signal?: AbortSignal): Promise<Voiced>;
  /** Plays a user who is prose alone; absent where only a program can be voiced. */
  prose?(input: ProseInput): UserParty;
}
