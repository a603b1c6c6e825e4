import type { Task } from '#core/certify/index.ts';
import type { JsonObject, State, ToolCall } from '#core/environment/index.ts';
import { prepare } from '#core/environment/index.ts';
import { judge } from '#core/evaluate/index.ts';
import { honestVerdict, type JudgedRollout } from '#core/pipeline/index.ts';
import {
  personAtAgent,
  PersonUser,
  rollout,
  ruleSeat,
  type Agent,
  type AgentAct,
  type AgentInput,
  type AgentMove,
  type RolloutEvent,
  type RolloutInput,
  type Sayable,
  type Standing,
  type UserMove,
  type UserSeat,
} from '#core/rollout/index.ts';
import type { OpenDatabase } from '../../state/databases.ts';
import { PLAYED } from '../../state/modelId.ts';
import { Waiting } from './waiting.ts';

/** Whose place the person takes. */
export type Seat = 'agent' | 'user';

/** What is to be played, and with whom. */
export interface GameInput {
  readonly workspace: string;
  readonly task: Task;
  readonly open: OpenDatabase;
  readonly seed: string;
  readonly seat: Seat;
  /** Who serves a person in the user's seat; null for a person who is the agent. */
  readonly agent: Agent | null;
  /** Who reads and words for the user, beside a person who is the agent; null for rules and the program's words. */
  readonly speaker: UserSeat | null;
}

/** Whose turn it is, and what there is to know for it; null while the other side is at work. */
export type Turn =
  | { readonly seat: 'agent'; readonly input: AgentInput }
  | { readonly seat: 'user'; readonly standing: Standing; readonly can: readonly Sayable[] };

/** A record that a tool showed, as it was then. */
export interface ReadRecord {
  readonly table: string;
  readonly id: string;
  readonly row: JsonObject;
}

/** A message that will be about a call: a yes is wanted to it, or the user's own hands. */
export interface Prepared {
  readonly text: string;
  readonly acts: readonly AgentAct[];
  readonly label: string;
}

/** One rollout in which a person has a seat. */
export class Game {
  readonly #input: GameInput;
  readonly #abort = new AbortController();
  readonly #agent = new Waiting<AgentMove>();
  readonly #user = new Waiting<UserMove>();
  #events = $state.raw<readonly RolloutEvent[]>([]);
  #turn = $state.raw<Turn | null>(null);
  #state = $state.raw<State>();
  #read = $state.raw<readonly ReadRecord[]>([]);
  #judged = $state.raw<JudgedRollout | null>(null);
  #kept = $state.raw<string | null>(null);
  #problem = $state.raw<string | null>(null);
  #prepared = $state.raw<Prepared | null>(null);
  #draft = $state.raw('');

  constructor(input: GameInput) {
    this.#input = input;
    this.#state = prepare(input.open.domain, input.open.state, input.task.initialization);
  }

  get task(): Task {
    return this.#input.task;
  }
  get workspace(): string {
    return this.#input.workspace;
  }
  get domain() {
    return this.#input.open.domain;
  }
  get seat(): Seat {
    return this.#input.seat;
  }
  /** Who sits opposite. */
  get partner(): string {
    return this.#input.seat === 'user'
      ? (this.#input.agent?.identity.title ?? '')
      : (this.#input.speaker?.title ?? 'Scripted user');
  }
  get events(): readonly RolloutEvent[] {
    return this.#events;
  }
  get turn(): Turn | null {
    return this.#turn;
  }
  /** The state as the last call left it. */
  get state(): State {
    return this.#state ?? this.#input.open.state;
  }
  /** Records that the agent's tools showed, the latest first. */
  get read(): readonly ReadRecord[] {
    return this.#read;
  }
  /** The rollout with its verdict, once it has ended. */
  get judged(): JudgedRollout | null {
    return this.#judged;
  }
  /** The id under which it was kept. */
  get kept(): string | null {
    return this.#kept;
  }
  /** Why it could not be kept. */
  get problem(): string | null {
    return this.#problem;
  }
  /** Stopped in the middle. */
  get stopped(): boolean {
    return this.#abort.signal.aborted;
  }
  get prepared(): Prepared | null {
    return this.#prepared;
  }

  /** The message that the person is writing. */
  get draft(): string {
    return this.#draft;
  }
  write(text: string): void {
    this.#draft = text;
  }

  /** Lets the next message of the person be about a call, in words that are theirs to change. */
  prepare(prepared: Prepared): void {
    this.#prepared = prepared;
    this.#draft = prepared.text;
  }
  /** The next message is about what its words say again. */
  unprepare(): void {
    this.#prepared = null;
  }

  /** What the person does as the agent; nothing happens when it is not their turn. */
  act(move: AgentMove): void {
    this.#agent.answer(move);
  }
  call(call: ToolCall): void {
    this.act({ type: 'call', call });
  }
  /** What the person does as the user. */
  answer(move: UserMove): void {
    this.#user.answer(move);
  }

  /** Ends it in the middle. */
  stop(): void {
    this.#abort.abort(new DOMException('Stopped.', 'AbortError'));
  }

  /** It was kept under this id, or could not be. */
  settle(kept: string | null, problem: string | null): void {
    this.#kept = kept;
    this.#problem = problem;
  }

  /** Plays it to its end. Never rejects for what a person, an agent or a model does. */
  async play(): Promise<JudgedRollout> {
    const { task, open } = this.#input;
    const steps = rollout(this.#seats());
    for (;;) {
      const step = await steps.next();
      if (!step.done) {
        this.#events = [...this.#events, step.value];
        continue;
      }
      this.#turn = null;
      const rolled = step.value;
      const verdict = honestVerdict(task, judge(open.domain, open.state, task, rolled));
      this.#judged = { rollout: rolled, verdict };
      return this.#judged;
    }
  }

  #seats(): RolloutInput {
    const { task, open, seed, agent, speaker } = this.#input;
    const { certificate: _, ...draft } = task;
    const { domain, state } = open;
    const base = { domain, state, task: draft, trial: 0, seed, signal: this.#abort.signal };
    if (agent === null) {
      const person = personAtAgent((input, signal) => this.#askAgent(input, signal), speaker ?? ruleSeat);
      return { ...base, ...person };
    }
    const { id, title, kind } = agent.identity;
    return {
      ...base,
      // Results must not count it with rollouts whose user was scripted.
      agent: { ...agent, identity: { id: `${id}${PLAYED}`, title: `${title}, person as user`, kind } },
      party: new PersonUser({
        domain,
        program: task.program,
        ask: (standing, can, signal) => this.#askUser(standing, can, signal),
        events: () => this.#events,
        state: this.state,
      }),
    };
  }

  async #askAgent(input: AgentInput, signal: AbortSignal | undefined): Promise<AgentMove> {
    this.#state = input.state;
    if (input.type === 'result') this.#remember(input.state);
    this.#turn = { seat: 'agent', input };
    const move = await this.#agent.wait(signal);
    this.#turn = null;
    return move;
  }

  async #askUser(
    standing: Standing,
    can: readonly Sayable[],
    signal: AbortSignal | undefined,
  ): Promise<UserMove> {
    this.#state = standing.state;
    this.#turn = { seat: 'user', standing, can };
    const move = await this.#user.wait(signal);
    this.#turn = null;
    return move;
  }

  #remember(state: State): void {
    const last = this.#events.at(-1);
    if (last?.type !== 'tool-result') return;
    const shown = last.shows.flatMap(({ table, id }): ReadRecord[] => {
      const row = state.get(table, id);
      return row === undefined ? [] : [{ table, id, row }];
    });
    const isShown = (record: ReadRecord) =>
      shown.some(({ table, id }) => table === record.table && id === record.id);
    this.#read = [...shown, ...this.#read.filter((record) => !isShown(record))];
  }
}
