import { applyCall, changedRows, identifiedUser, prepare, renderContent } from '../environment/index.ts';
import type { ChangedRows, Domain, State, ToolCall } from '../environment/index.ts';
import { brokenRules } from '../explore/index.ts';
import type { TaskDraft } from '../transform/index.ts';
import type { Agent, AgentInput, AgentSession, AgentTurn } from './agent.ts';
import { createRandom } from '../environment/index.ts';
import type { Rollout, RolloutEvent, TerminationReason, UserAct } from './event.ts';
import { UserSimulator, type UserTurn } from './user.ts';

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
  readonly #user: UserSimulator;
  readonly #events: RolloutEvent[] = [];
  #state: State;
  #authenticated: string | null = null;
  #confirmed = false;
  readonly #earlier: ToolCall[] = [];
  #errors = 0;
  #end: TerminationReason = 'max_turns';

  constructor(input: RolloutInput) {
    this.#input = input;
    this.#domain = input.domain;
    this.#state = prepare(input.domain, input.state, input.task.initialization);
    this.#user = new UserSimulator(input.domain, input.task.program, `${input.seed}/${input.trial}`);
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
    const opening = this.#user.open();
    yield this.#add({ type: 'user-message', text: opening.text, acts: [...opening.acts] });
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
      yield this.#add({ type: 'agent-message', text: acted.turn.text, acts: [...acted.turn.acts] });
      const before = this.#events.length;
      const reply = this.#user.reply(acted.turn.acts, this.#state, (call) => this.#run(call));
      // What the user did comes before what they say about it.
      yield* this.#events.slice(before);
      yield* this.#hear(reply);
      if (acted.turn.acts.some((act) => act.type === 'transfer')) {
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
      if (signal?.aborted) return { failure: 'cancelled', detail: 'Cancelled.' };
      const detail = error instanceof Error ? error.message : String(error);
      const name = error instanceof Error ? error.name : '';
      const failure =
        name === 'NetworkError' ? 'network_error' : name === 'ModelError' ? 'model_error' : 'agent_error';
      return { failure, detail };
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
    const situation = { userId: this.#authenticated, confirmed: this.#confirmed, earlier: this.#earlier };
    const broke = tool?.kind === 'write' ? brokenRules(this.#domain, this.#state, call, situation) : [];
    const before = this.#state;
    const outcome = applyCall(this.#domain, before, call);
    this.#state = outcome.state;
    if (outcome.ok) {
      this.#earlier.push(call);
      this.#authenticated ??= identifiedUser(this.#domain, call.name, outcome.result);
    }
    const content = renderContent(this.#domain, outcome);
    this.#add({
      type: 'tool-result',
      call: position,
      ok: outcome.ok,
      content,
      changed: copy(changedRows(before, outcome.state)),
      shows:
        outcome.ok && tool !== undefined ? tool.shows(outcome.state, call.arguments, outcome.result) : [],
      broke: broke.map(({ rule, violation }) => ({ rule: rule.id, reason: violation.reason })),
    });
    return { ok: outcome.ok, content, state: outcome.state };
  }

  *#hear(reply: UserTurn): Generator<RolloutEvent> {
    for (const status of reply.statuses) yield this.#add({ type: 'request-status', ...status });
    yield this.#add({ type: 'user-message', text: reply.text, acts: [...reply.acts] });
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

const copy = (rows: ChangedRows) =>
  Object.fromEntries(Object.entries(rows).map(([table, byId]) => [table, { ...byId }]));
