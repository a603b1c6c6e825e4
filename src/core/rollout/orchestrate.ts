import { applyCall, identifiedUser, prepare } from '../environment/index.ts';
import type { Domain, State, ToolCall } from '../environment/index.ts';
import { brokenRules, type BrokenRule } from '../explore/index.ts';
import { ModelError, NetworkError } from '../model/index.ts';
import type { TaskDraft } from '../transform/index.ts';
import type { Agent, AgentInput, AgentSession, AgentTurn } from './agent.ts';
import { createRandom } from '../environment/index.ts';
import type { Rollout, RolloutEvent, TerminationReason, UserAct } from './event.ts';
import { observe } from './observe.ts';
import type { UserSeat, Voiced } from './seat/seat.ts';
import { ruleSeat } from './seat/ruleSeat.ts';
import type { UserParty, UserTurn } from './party.ts';
import { UserSimulator } from './user.ts';

/** When a rollout is ended from outside. */
export interface RolloutLimits {
  /** Agent turns (messages and calls together). */
  readonly maxTurns: number;
  /** Tool errors. */
  readonly maxErrors: number;
}

export const defaultLimits: RolloutLimits = { maxTurns: 100, maxErrors: 10 };

/** Everything one rollout needs. */
export interface RolloutInput {
  readonly domain: Domain;
  /** The task's database; the calls that prepare the task are run on it first. */
  readonly state: State;
  readonly task: TaskDraft;
  readonly agent: Agent;
  readonly trial: number;
  readonly seed: string;
  readonly limits?: RolloutLimits;
  /**
   * Who plays the user. Absent: the program speaks for itself, and hears only what agents declare beside their text,
   * as scripted ones do.
   */
  readonly user?: UserSeat;
  /**
   * Who decides what the user says, in their own words. Absent: the program. The seat, if any, then only reads what
   * the agent writes.
   */
  readonly party?: UserParty;
  readonly signal?: AbortSignal;
}

type Unnumbered = RolloutEvent extends infer E
  ? E extends { index: number }
    ? Omit<E, 'index'>
    : never
  : never;

/**
 * Lets an agent serve the simulated user on one task, in a fresh environment. Yields every event as it happens
 * and returns the whole rollout. Never throws for what an agent, a model or a tool does: that is a termination
 * reason.
 */
export async function* rollout(input: RolloutInput): AsyncGenerator<RolloutEvent, Rollout> {
  const run = new Run(input);
  yield* run.steps();
  return run.finished();
}

/** Runs a rollout to its end. */
export async function collectRollout(input: RolloutInput): Promise<Rollout> {
  const steps = rollout(input);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

class Run {
  readonly #input: RolloutInput;
  readonly #domain: Domain;
  readonly #user: UserParty;
  readonly #events: RolloutEvent[] = [];
  #state: State;
  #authenticated: string | null = null;
  #confirmed = false;
  readonly #earlier: ToolCall[] = [];
  #errors = 0;
  #end: TerminationReason = 'max_turns';
  /** Null when agent and user understand each other through declared acts alone. */
  readonly #seat: UserSeat | null;
  /** A model plays a user of prose, and reads for itself. */
  readonly #isProse: boolean;

  constructor(input: RolloutInput) {
    this.#input = input;
    this.#domain = input.domain;
    this.#state = prepare(input.domain, input.state, input.task.initialization);
    this.#seat = input.user ?? (input.agent.identity.kind === 'scripted' ? null : ruleSeat);
    const { task, seed, trial, user } = input;
    const prose =
      task.provenance.source === 'imported' && input.party === undefined
        ? user?.prose?.({
            domain: this.#domain,
            scenario: task.program.openingText,
            events: () => this.#events,
            random: createRandom(`prose/${seed}/${task.id}/${trial}`),
          })
        : undefined;
    this.#isProse = prose !== undefined;
    this.#user = input.party ?? prose ?? new UserSimulator(input.domain, task.program, `${seed}/${trial}`);
  }

  finished(): Rollout {
    const { task, agent, trial, seed } = this.#input;
    return {
      id: `${task.id}/${agent.identity.id}/${trial}`,
      task: task.id,
      domain: task.domain,
      agent: agent.identity,
      trial,
      seed,
      events: this.#events,
      termination: this.#end,
      statuses: this.#user.statuses,
    };
  }

  async *steps(): AsyncGenerator<RolloutEvent> {
    const { task, agent, trial, seed, signal } = this.#input;
    const limits = this.#input.limits ?? defaultLimits;
    const random = createRandom(`${agent.identity.id}/${seed}/${task.id}/${trial}`);
    const session = agent.start({ domain: this.#domain, state: this.#state, task, random });
    const opened = this.#user.open(signal);
    const opening = opened instanceof Promise ? await this.#attempt(() => opened) : opened;
    if ('failure' in opening) {
      yield this.#finish(opening.failure, opening.detail);
      return;
    }
    yield* this.#hear(opening);
    let next: AgentInput = {
      type: 'user',
      text: opening.text,
      acts: opening.acts,
      state: this.#state,
    };
    for (let turn = 0; turn < limits.maxTurns; turn += 1) {
      const acted = await this.#ask(session, next, signal);
      if ('failure' in acted) {
        yield this.#finish(acted.failure, acted.detail);
        return;
      }
      const { note } = acted.turn;
      if (note !== undefined) yield this.#add({ type: 'model-turn', seat: 'agent', note });
      if (acted.turn.type === 'call') {
        const before = this.#events.length;
        const result = this.#call(acted.turn.call);
        yield* this.#events.slice(before);
        if (result.transferred) {
          for (const status of this.#user.observeTransfer())
            yield this.#add({ type: 'request-status', ...status });
          yield this.#finish('agent_transfer', 'The agent handed the user to a human.');
          return;
        }
        if (this.#errors > limits.maxErrors) {
          yield this.#finish('max_errors', `More than ${limits.maxErrors} tool errors.`);
          return;
        }
        next = result.input;
        continue;
      }
      const { text } = acted.turn;
      const read =
        this.#seat === null || this.#isProse || agent.identity.kind === 'scripted'
          ? acted.turn
          : await this.#attempt(() => this.#read(text, signal));
      const acts = 'failure' in read ? acted.turn.acts : read.acts;
      if ('note' in read && read.note)
        yield this.#add({ type: 'model-turn', seat: 'reader', note: read.note });
      yield this.#add({ type: 'agent-message', text, acts: [...acts] });
      if ('failure' in read) {
        yield this.#finish(read.failure, read.detail);
        return;
      }
      const before = this.#events.length;
      const answered = this.#user.reply(acts, this.#state, (call) => this.#run(call), signal);
      const planned = answered instanceof Promise ? await this.#attempt(() => answered) : answered;
      // What the user did comes before what they say about it.
      yield* this.#events.slice(before);
      if ('failure' in planned) {
        yield this.#finish(planned.failure, planned.detail);
        return;
      }
      const reply = this.#isVoiced ? await this.#attempt(() => this.#voice(planned, signal)) : planned;
      if ('failure' in reply) {
        yield this.#finish(reply.failure, reply.detail);
        return;
      }
      yield* this.#hear(reply);
      if (acts.some((act) => act.type === 'transfer')) {
        yield this.#finish('agent_transfer', 'The agent handed the user to a human.');
        return;
      }
      if (reply.stop) {
        yield this.#finish(
          'user_stop',
          reply.acts.some((act) => act.type === 'stop') ? 'The user had nothing more to say.' : '',
        );
        return;
      }
      next = { type: 'user', text: reply.text, acts: reply.acts, state: this.#state };
    }
    yield this.#finish('max_turns', `The limit of ${limits.maxTurns} turns was reached.`);
  }

  /** What a message of prose does; a scripted agent says so itself. */
  async #read(text: string, signal: AbortSignal | undefined) {
    if (this.#seat === null) throw new TypeError('there is nobody to read');
    return await this.#seat.read(
      {
        domain: this.#domain,
        state: this.#state,
        program: this.#input.task.program,
        goal: this.#user.goal,
        open: this.#user.unfinished,
        events: this.#events,
        text,
        isIdentified: this.#authenticated !== null,
      },
      signal,
    );
  }

  /** Whether somebody words what the program says. */
  get #isVoiced(): boolean {
    return this.#seat !== null && !this.#isProse && this.#input.party === undefined;
  }

  /** The user's turn in the words of whoever plays the user. */
  async #voice(
    turn: UserTurn,
    signal: AbortSignal | undefined,
  ): Promise<UserTurn & Pick<Voiced, 'faults' | 'note'>> {
    if (this.#seat === null) throw new TypeError('there is nobody to speak');
    const { seed, trial, task } = this.#input;
    const voiced = await this.#seat.voice(
      {
        program: task.program,
        goal: this.#user.goal,
        events: this.#events,
        text: turn.text,
        acts: turn.acts,
        seed: `${seed}/${task.id}/${trial}`,
      },
      signal,
    );
    return { ...turn, ...voiced };
  }

  /** Runs a part of the user's seat. What fails there is never the agent's doing. */
  async #attempt<T>(part: () => Promise<T>): Promise<T | { failure: TerminationReason; detail: string }> {
    try {
      return await part();
    } catch (error) {
      const { failure, detail } = failureOf(error, this.#input.signal);
      return { failure: failure === 'agent_error' ? 'user_error' : failure, detail };
    }
  }

  async #ask(
    session: AgentSession,
    input: AgentInput,
    signal: AbortSignal | undefined,
  ): Promise<{ turn: AgentTurn } | { failure: TerminationReason; detail: string }> {
    if (signal?.aborted) return { failure: 'cancelled', detail: 'Cancelled.' };
    try {
      const turn = session.next(input, signal);
      return { turn: turn instanceof Promise ? await turn : turn };
    } catch (error) {
      return failureOf(error, signal);
    }
  }

  /** A call of the agent. Whatever it says about who calls, it is the agent's. */
  #call({ name, arguments: args }: ToolCall): { input: AgentInput; transferred: boolean } {
    const call: ToolCall = { name, arguments: { ...args } };
    const { ok, content, state } = this.#run(call);
    const tool = this.#domain.tool(name);
    if (!ok) this.#errors += 1;
    else if (tool?.kind === 'write') this.#user.observeWrite(name);
    return {
      input: { type: 'result', call, ok, content, state },
      transferred: ok && tool?.kind === 'transfer',
    };
  }

  /** Runs a call of either side, and writes down what it did. */
  #run(call: ToolCall): { ok: boolean; content: string; state: State } {
    const tool = this.#domain.tool(call.name);
    const position = this.#events.length;
    this.#add({ type: 'tool-call', call });
    const broke = tool?.kind === 'write' ? this.#broken(call) : [];
    const before = this.#state;
    const outcome = applyCall(this.#domain, before, call);
    this.#state = outcome.state;
    if (outcome.ok) {
      this.#earlier.push(call);
      this.#authenticated ??= identifiedUser(this.#domain, call.name, outcome.result);
    }
    const observed = observe(this.#domain, before, call, outcome);
    this.#add({
      type: 'tool-result',
      call: position,
      ...observed,
      broke: broke.map(({ rule, violation }) => ({ rule: rule.id, reason: violation.reason })),
    });
    return { ok: outcome.ok, content: observed.content, state: outcome.state };
  }

  /** A user of prose says yes to nothing and identifies nobody, so rules about that cannot be broken before them. */
  #broken(call: ToolCall): BrokenRule[] {
    const broken = brokenRules(this.#domain, this.#state, call, {
      userId: this.#authenticated,
      confirmed: this.#confirmed,
      earlier: this.#earlier,
      said: this.#user.saidAbout(call, this.#state),
    });
    return this.#input.task.provenance.source === 'imported'
      ? broken.filter(({ rule }) => rule.subject !== 'conversation')
      : broken;
  }

  *#hear(reply: UserTurn): Generator<RolloutEvent> {
    if (reply.note) yield this.#add({ type: 'model-turn', seat: 'voice', note: reply.note });
    for (const status of reply.statuses) yield this.#add({ type: 'request-status', ...status });
    yield this.#add({ type: 'user-message', text: reply.text, acts: [...reply.acts] });
    for (const fault of reply.faults ?? [])
      yield this.#add({ type: 'simulator-fault', fault: { ...fault, turn: this.#user.turn } });
    if (reply.fired !== null)
      yield this.#add({ type: 'change-fired', change: reply.fired.id, goal: [...this.#user.goal] });
    // A yes counts until the user speaks again.
    this.#confirmed = reply.acts.some((act: UserAct) => act.type === 'confirm');
  }

  #add(event: Unnumbered): RolloutEvent {
    const numbered: RolloutEvent = { ...event, index: this.#events.length };
    this.#events.push(numbered);
    return numbered;
  }

  #finish(reason: TerminationReason, detail: string): RolloutEvent {
    this.#end = reason;
    return this.#add({ type: 'rollout-end', reason, detail });
  }
}

/** The termination reason behind an error of an agent, a model or the network. */
function failureOf(
  error: unknown,
  signal: AbortSignal | undefined,
): { failure: TerminationReason; detail: string } {
  if (signal?.aborted) return { failure: 'cancelled', detail: 'Cancelled.' };
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof NetworkError) return { failure: 'network_error', detail };
  if (!(error instanceof ModelError)) return { failure: 'agent_error', detail };
  if (error.kind === 'context') return { failure: 'context_exceeded', detail };
  return { failure: error.kind === 'budget' ? 'budget_reached' : 'model_error', detail };
}
