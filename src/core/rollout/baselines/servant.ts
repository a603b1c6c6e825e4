/**
 * The four baselines that really serve: one planner with four switches. It knows a domain only through its
 * intents and rules. Long because planning a turn is one decision with many branches.
 */
import { authenticationCall, fulfilment, identifiedUser, sameJson } from '../../environment/index.ts';
import type {
  Candidate,
  Domain,
  Fact,
  InfeasibleResponse,
  Intent,
  Json,
  JsonObject,
  Random,
  State,
  Tool,
  ToolCall,
} from '../../environment/index.ts';
import { extend, judgeCalls, readableResult, slotContext, viable } from '../../explore/index.ts';
import type { Mention } from '../../transform/index.ts';
import type { Agent, AgentContext, AgentInput, AgentSession, AgentTurn } from '../agent.ts';
import { agentTexts, confirmationText, identityQuestion, questionText, sentenceOf } from '../agentWording.ts';
import type { AgentAct, UserAct } from '../event.ts';

/** What tells the serving baselines apart. */
export interface Temper {
  /** Asks which one when several fit; otherwise picks one of the fits at random. */
  readonly asks: boolean;
  /** Lists the details before a write; otherwise wants a bare go-ahead. */
  readonly details: boolean;
  /** Follows what the user says later; otherwise keeps to what was said first. */
  readonly obeysChanges: boolean;
  /** Refuses what a rule forbids. */
  readonly obeysRules: boolean;
}

interface Job {
  readonly id: string;
  readonly intent: Intent;
  mentions: Record<string, Mention>;
  /** Values picked without asking. */
  picked: Record<string, Json>;
  status: 'open' | 'waiting' | 'closed';
  confirmed: boolean;
  /** Times it asked for a yes. */
  asks: number;
  /** Slots it asked about: only their answers count for an agent that keeps to the first goal. */
  readonly questions: Set<string>;
  refused: boolean;
  /** With several steps: the slots' values, kept once they are known, since the steps change what is on record. */
  values: Readonly<Record<string, Json>> | null;
  /** What was left to do when the user was last asked for a step, and whether they took it. */
  left: string;
  took: boolean;
  /** The user will not take a step, or it did not help. */
  stuck: string | null;
  /** Has to be handed over, which comes last. */
  handsOver: boolean;
}

/** Makes a serving baseline. */
export function servant(id: string, title: string, description: string, temper: Temper): Agent {
  return {
    identity: { id, title, kind: 'scripted' },
    description,
    start: (context) => new Servant(context, temper),
  };
}

class Servant implements AgentSession {
  readonly #domain: Domain;
  readonly #random: Random;
  readonly #temper: Temper;
  #state: State;
  #facts: Record<string, string> = {};
  #userId: string | null = null;
  #waysTried = 0;
  #jobs: Job[] = [];
  #first = true;
  readonly #read: ToolCall[] = [];
  #calling: { job: Job | null; purpose: 'identify' | 'read' | 'write' } | null = null;
  /** Said together with the next thing that needs an answer. */
  #acts: AgentAct[] = [];
  #texts: string[] = [];

  constructor(context: AgentContext, temper: Temper) {
    this.#domain = context.domain;
    this.#state = context.state;
    this.#random = context.random;
    this.#temper = temper;
  }

  next(input: AgentInput): AgentTurn {
    if (input.type === 'result') this.#onResult(input);
    else {
      this.#state = input.state;
      for (const act of input.acts) this.#onAct(act);
      this.#first = false;
    }
    return this.#plan();
  }

  #onResult(input: Extract<AgentInput, { type: 'result' }>): void {
    const calling = this.#calling;
    this.#calling = null;
    this.#state = input.state;
    if (calling?.purpose === 'identify' && input.ok)
      this.#userId = identifiedUser(this.#domain, input.call.name, readableResult(input.content));
    if (calling?.purpose !== 'write' || calling.job === null) return;
    const { job } = calling;
    job.confirmed = false;
    // Of several steps only the last one ends it.
    if (input.ok && job.intent.calls !== undefined) return;
    if (input.ok || !this.#temper.obeysRules)
      this.#say({ type: 'report_done', request: job.id }, this.#random.pick(agentTexts.done));
    else this.#refuse(job, null, input.content);
    job.status = 'closed';
  }

  #onAct(act: UserAct): void {
    const job = 'request' in act ? this.#jobs.find((other) => other.id === act.request) : undefined;
    const ignoresChange = !this.#temper.obeysChanges && !this.#first;
    switch (act.type) {
      case 'identify':
        this.#facts = { ...this.#facts, ...act.facts };
        this.#waysTried = 0;
        return;
      case 'request': {
        const intent = this.#domain.intent(act.intent);
        if (intent === undefined || ignoresChange) return;
        const fresh: Job = {
          id: act.request,
          intent,
          mentions: { ...act.mentions },
          picked: {},
          status: 'open',
          confirmed: false,
          asks: 0,
          questions: new Set(),
          refused: false,
          values: null,
          left: '',
          took: false,
          stuck: null,
          handsOver: false,
        };
        this.#jobs = [...this.#jobs.filter((other) => other.id !== act.request), fresh];
        return;
      }
      case 'answer':
        if (job === undefined || (ignoresChange && !job.questions.has(act.slot))) return;
        job.mentions = { ...job.mentions, [act.slot]: act.mention };
        this.#forgetFrom(job, act.slot);
        reopen(job);
        return;
      case 'retract':
        if (!ignoresChange) this.#jobs = this.#jobs.filter((other) => other.id !== act.request);
        return;
      case 'reorder':
        if (!ignoresChange)
          this.#jobs = [...this.#jobs].sort((a, b) => act.order.indexOf(a.id) - act.order.indexOf(b.id));
        return;
      case 'confirm':
        if (job !== undefined) job.confirmed = true;
        return;
      case 'decline':
        if (job !== undefined && this.#temper.obeysChanges) job.asks = 0;
        return;
      case 'push_back':
        if (job !== undefined) reopen(job);
        return;
      case 'ask_fact':
        if (job !== undefined) this.#quote(job);
        return;
      case 'refuse_action':
        if (job !== undefined) job.stuck = 'The user does not want to take a step that it needs.';
        return;
      case 'not_solved':
        if (job === undefined) return;
        job.status = 'open';
        job.stuck = 'What could be done has not helped.';
        return;
      case 'performed':
        if (job !== undefined) job.took = true;
        return;
      case 'accept_refusal':
      case 'cannot_say':
      case 'stop':
        return;
    }
  }

  // A pick that depended on a slot which is now known may no longer fit.
  #forgetFrom(job: Job, slot: string): void {
    job.values = null;
    const index = job.intent.slots.findIndex((other) => other.name === slot);
    for (const later of job.intent.slots.slice(index)) delete job.picked[later.name];
  }

  #plan(): AgentTurn {
    if (this.#userId === null) return this.#identify();
    // A hand-over ends the conversation, so requests that need one come last.
    const open = this.#jobs.filter((job) => job.status === 'open');
    const served = open.filter((other) => other.intent.missingTool === undefined);
    const now = (other: Job) => !other.handsOver;
    const job = served.find(now) ?? open.find(now) ?? open[0];
    if (job === undefined) return this.#flush('acknowledge');
    return this.#serve(job, this.#userId) ?? this.#plan();
  }

  #identify(): AgentTurn {
    for (const way of this.#domain.identity.ways.slice(this.#waysTried)) {
      this.#waysTried += 1;
      const call = authenticationCall(way, this.#facts);
      if (call !== undefined) return this.#emit(call, null, 'identify');
    }
    this.#say({ type: 'ask_identity' }, identityQuestion(this.#domain, this.#random));
    return this.#flush();
  }

  /** One step towards a request, or undefined when the request was closed without a message of its own. */
  #serve(job: Job, userId: string): AgentTurn | undefined {
    let context = slotContext(this.#state, userId, {});
    for (const [i, slot] of job.intent.slots.entries()) {
      // Several steps are planned once: what was read before the first of them is known.
      const reads = job.values === null ? slot.reads(context, job.mentions[slot.name]?.attributes ?? {}) : [];
      const read = this.#unread(reads);
      if (read !== undefined) return this.#emit(read, job, 'read');
      const choice = this.#choose(job, i, context);
      if (choice === undefined)
        return this.#askSlot(job, slot.name, viable(job.intent, context, i, job.mentions));
      context = extend(context, slot.name, choice);
    }
    const read = job.values === null ? this.#unread(job.intent.reads?.(context) ?? []) : undefined;
    if (read !== undefined) return this.#emit(read, job, 'read');
    if (job.intent.answer !== undefined) return this.#answer(job, job.intent.answer(context));
    if (job.intent.missingTool !== undefined)
      return this.#outOfScope(
        job,
        job.intent.missingTool.response ?? this.#domain.responses.capability,
        `${job.intent.title}: no tool for this.`,
      );
    const calls = fulfilment(job.intent, context);
    const broken = this.#temper.obeysRules ? this.#violation(calls, userId, context.values) : undefined;
    if (broken !== undefined) {
      const { rule, violation } = broken;
      const response = rule.response ?? this.#domain.responses.rule;
      const transfer = this.#transferFor(response);
      if (transfer !== undefined) return this.#handOver(job, transfer, violation.reason);
      this.#refuse(job, rule.id, violation.reason);
      return this.#flush();
    }
    if (job.intent.calls !== undefined) return this.#proceed(job, calls, context);
    const [call] = calls;
    if (call === undefined) return this.#close(job);
    if (job.confirmed) return this.#emit(call, job, 'write');
    return this.#confirm(job, call, context);
  }

  /** The next of several steps. */
  #proceed(
    job: Job,
    calls: readonly ToolCall[],
    context: ReturnType<typeof slotContext>,
  ): AgentTurn | undefined {
    job.values = context.values;
    const [call] = calls;
    const left = JSON.stringify(calls);
    // The user took the step, and as much is left to do as before.
    if (job.took && left === job.left) job.stuck ??= 'What could be done has not helped.';
    job.left = left;
    job.took = false;
    if (job.stuck !== null) {
      const { unwilling, capability } = this.#domain.responses;
      return this.#outOfScope(job, unwilling ?? capability, job.stuck);
    }
    if (call === undefined) {
      this.#say({ type: 'report_done', request: job.id }, this.#random.pick(agentTexts.done));
      return this.#close(job);
    }
    if (call.requestor === 'user') return this.#askFor(job, call);
    if (job.confirmed) return this.#emit(call, job, 'write');
    return this.#confirm(job, call, context);
  }

  #violation(calls: readonly ToolCall[], userId: string, said: Readonly<Record<string, Json>>) {
    return judgeCalls(this.#domain, this.#state, calls, userId, said).broken[0];
  }

  #askFor(job: Job, call: ToolCall): AgentTurn {
    const ways = this.#domain.tool(call.name)?.ask(this.#state, call.arguments) ?? [call.name];
    this.#say({ type: 'ask_action', request: job.id, call }, this.#random.pick(ways));
    return this.#flush();
  }

  /** The value of a slot, or undefined when the user has to be asked. */
  #choose(job: Job, index: number, context: ReturnType<typeof slotContext>): Json | undefined {
    const slot = job.intent.slots[index];
    if (slot === undefined) return undefined;
    const picked = job.values?.[slot.name] ?? job.picked[slot.name];
    if (picked !== undefined) return picked;
    const options = viable(job.intent, context, index, job.mentions);
    if (options.length === 1) return options[0]?.value;
    if (this.#temper.asks || options.length === 0) return this.#literal(job, slot.name, options);
    const choice = this.#random.pick(options).value;
    job.picked[slot.name] = choice;
    return choice;
  }

  // A value that nothing on record fits can still be acted on when the user named it outright (a record of
  // somebody else): the rules then decide.
  #literal(job: Job, slot: string, options: readonly Candidate[]): Json | undefined {
    const said: JsonObject = job.mentions[slot]?.attributes ?? {};
    const values = Object.values(said);
    return options.length === 0 && values.length === 1 ? values[0] : undefined;
  }

  #askSlot(job: Job, slot: string, options: readonly Candidate[]): AgentTurn {
    if (job.questions.has(slot) && options.length === 0) {
      this.#refuse(job, null, 'I cannot find what you mean.');
      return this.#flush();
    }
    job.questions.add(slot);
    const labels = options.map((option) => option.label);
    this.#say(
      { type: 'ask_slot', request: job.id, slot },
      questionText(job.intent, slot, labels, this.#jobs.length > 1, this.#random),
    );
    return this.#flush();
  }

  #answer(job: Job, facts: readonly Fact[]): undefined {
    job.status = 'closed';
    this.#say({ type: 'state_facts', request: job.id, facts: plain(facts) }, facts.map(sentenceOf).join(' '));
    return undefined;
  }

  #quote(job: Job): void {
    if (this.#userId === null) return;
    const facts = job.intent.quotes?.(this.#filled(job, this.#userId)) ?? [];
    if (facts.length > 0)
      this.#say(
        { type: 'state_facts', request: job.id, facts: plain(facts) },
        facts.map(sentenceOf).join(' '),
      );
    if (this.#temper.obeysChanges) job.asks = 0;
  }

  #filled(job: Job, userId: string): ReturnType<typeof slotContext> {
    let context = slotContext(this.#state, userId, {});
    for (const [i, slot] of job.intent.slots.entries()) {
      const choice = this.#choose(job, i, context);
      if (choice !== undefined) context = extend(context, slot.name, choice);
    }
    return context;
  }

  /** A request that nothing can serve: handed over or refused, as the policy wants it. */
  #outOfScope(job: Job, response: InfeasibleResponse, reason: string): AgentTurn | undefined {
    if (!this.#temper.obeysRules) {
      this.#say({ type: 'report_done', request: job.id }, this.#random.pick(agentTexts.done));
      return this.#close(job);
    }
    const transfer = this.#transferFor(response);
    if (transfer !== undefined) return this.#handOver(job, transfer, reason);
    this.#refuse(job, null, `There is no way for me to do this: ${job.intent.title}.`);
    return this.#flush();
  }

  #transferFor(response: InfeasibleResponse): Tool | undefined {
    return response === 'transfer' ? this.#domain.transferTool : undefined;
  }

  #handOver(job: Job, transfer: Tool, reason: string): AgentTurn | undefined {
    // What else is wanted comes first, and what was done is reported before the user is handed over.
    const others = this.#jobs.some((other) => other !== job && other.status === 'open' && !other.handsOver);
    if (!job.handsOver && others) {
      job.handsOver = true;
      return undefined;
    }
    if (this.#acts.length > 0) return this.#flush();
    job.status = 'closed';
    const args = Object.fromEntries(transfer.freeText.map((name) => [name, reason]));
    return this.#emit({ name: transfer.name, arguments: args }, job, 'read');
  }

  #close(job: Job): undefined {
    job.status = 'closed';
    return undefined;
  }

  #confirm(job: Job, call: ToolCall, context: ReturnType<typeof slotContext>): AgentTurn {
    // Somebody who keeps to the first goal asks once in full, once bare, and then acts without a yes.
    if (!this.#temper.obeysChanges && job.asks >= 2) return this.#emit(call, job, 'write');
    const details = this.#temper.details && (this.#temper.obeysChanges || job.asks === 0);
    job.asks += 1;
    const tool = call.name;
    if (!details) {
      this.#say(
        { type: 'ask_confirmation', request: job.id, tool },
        this.#random.pick(agentTexts.bareConfirmation),
      );
      return this.#flush();
    }
    const facts = this.#temper.obeysRules ? (job.intent.quotes?.(context) ?? []) : [];
    if (facts.length > 0) this.#say({ type: 'state_facts', request: job.id, facts: plain(facts) }, '');
    this.#say(
      { type: 'ask_confirmation', request: job.id, tool, call },
      confirmationText(job.intent, context, facts, call, this.#random),
    );
    return this.#flush();
  }

  #refuse(job: Job, rule: string | null, reason: string): void {
    job.status = 'waiting';
    job.refused = true;
    this.#say(
      { type: 'refuse', request: job.id, rule },
      `${this.#random.pick(agentTexts.refusal)} ${reason}`,
    );
  }

  #unread(reads: readonly ToolCall[]): ToolCall | undefined {
    return reads.find(
      (read) =>
        !this.#read.some((known) => known.name === read.name && sameJson(known.arguments, read.arguments)),
    );
  }

  #emit(call: ToolCall, job: Job | null, purpose: 'identify' | 'read' | 'write'): AgentTurn {
    // What is to be said before a call is said first: an agent never does both in one turn.
    if (this.#texts.some((text) => text !== '') && purpose === 'write') return this.#flush();
    // A look-up that tells who the user is may be a read of their profile as well.
    if (purpose !== 'write') this.#read.push(call);
    if (purpose === 'write') this.#read.length = 0;
    if (call.requestor === 'user' && job !== null) return this.#askFor(job, call);
    this.#calling = { job, purpose };
    return { type: 'call', call };
  }

  #say(act: AgentAct, text: string): void {
    this.#acts.push(act);
    if (text !== '') this.#texts.push(text);
  }

  #flush(fallback?: 'acknowledge'): AgentTurn {
    if (this.#acts.length === 0 && fallback !== undefined)
      this.#say({ type: fallback }, 'Is there anything else I can do for you?');
    const turn: AgentTurn = { type: 'message', text: this.#texts.join(' '), acts: this.#acts };
    this.#acts = [];
    this.#texts = [];
    return turn;
  }
}

const plain = (facts: readonly Fact[]) => facts.map(({ key, title, value }) => ({ key, title, value }));

function reopen(job: Job): void {
  if (job.status === 'closed') return;
  job.status = 'open';
  job.confirmed = false;
}
