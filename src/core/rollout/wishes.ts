import { checkAssertion, fulfilment, sameJson } from '../environment/index.ts';
import type { Domain, Json, State, ToolCall } from '../environment/index.ts';
import { applyChange, contextOf, requestValues, withAlternative } from '../transform/index.ts';
import type { Change, Mention, Request, UserProgram } from '../transform/index.ts';
import type { AgentAct, RequestStatus } from './event.ts';
import { sameCall } from './sameCall.ts';

/** A request whose status changed. */
export interface StatusChange {
  readonly request: string;
  readonly status: RequestStatus;
}

/** A slot that a proposed call has wrong, and how the user refers to what they want. */
export interface WrongSlot {
  readonly slot: string;
  readonly mention: Mention;
}

/**
 * What the user of a program wants, and where each wish stands: the same whether the program speaks for itself or a
 * person does.
 */
export class Wishes {
  readonly #domain: Domain;
  readonly #program: UserProgram;
  readonly #status = new Map<string, RequestStatus>();
  /** Requests for which the alternative was taken. */
  readonly #settled = new Set<string>();
  #goal: Request[];

  constructor(domain: Domain, program: UserProgram) {
    this.#domain = domain;
    this.#program = program;
    this.#goal = [...program.requests];
    for (const request of program.requests) this.#status.set(request.id, 'open');
  }

  /** Where every request stands. */
  get statuses(): Record<string, RequestStatus> {
    return Object.fromEntries(this.#status);
  }

  /** The goal as it is now. */
  get goal(): readonly Request[] {
    return this.#goal;
  }

  /** The requests that have not ended. */
  get open(): readonly Request[] {
    return this.#goal.filter((request) => this.#status.get(request.id) === 'open');
  }

  isOpen(request: string): boolean {
    return this.open.some(({ id }) => id === request);
  }

  set(request: string, status: RequestStatus): StatusChange {
    this.#status.set(request, status);
    return { request, status };
  }

  /** The goal moves. */
  change(change: Change): StatusChange[] {
    const statuses = [
      ...change.remove.map((id) => this.set(id, 'retracted')),
      ...change.add.map(({ id }) => this.set(id, 'open')),
    ];
    this.#goal = applyChange(this.#goal, change);
    return statuses;
  }

  /** The agent handed the user over: every open request ends there. */
  handedOver(): StatusChange[] {
    return this.open.map(({ id }) => this.set(id, 'transferred'));
  }

  /** The user takes the alternative that their program allows for a refused request. */
  settle(request: string): void {
    this.#settled.add(request);
  }

  hasSettled(request: string): boolean {
    return this.#settled.has(request);
  }

  /** What a message tells about where requests stand, before anybody answers it. */
  hear(act: AgentAct, state: State): StatusChange[] {
    if (act.type === 'state_facts') {
      const request = this.open.find((other) => other.id === act.request);
      const informs = request !== undefined && this.#domain.intent(request.intent)?.answer !== undefined;
      return informs && act.facts.length > 0 ? [this.set(act.request, 'done')] : [];
    }
    if (act.type === 'report_done' && this.#status.get(act.request) === 'open') {
      if (!this.isSolved(act.request, state)) return [];
      return [this.set(act.request, this.hasSettled(act.request) ? 'alternative' : 'done')];
    }
    return [];
  }

  /** Whether what the user can see for themselves is as they want it. */
  isSolved(requestId: string, state: State): boolean {
    const request = this.#goal.find((other) => other.id === requestId);
    const intent = request === undefined ? undefined : this.#domain.intent(request.intent);
    if (request === undefined || intent?.assertions === undefined) return true;
    const values = requestValues(this.wish(request));
    const wanted = intent.assertions(contextOf(state, this.#program.userId, intent, values));
    return wanted.every((assertion) => {
      const finding = checkAssertion(this.#domain, state, assertion);
      return finding.evaluated && finding.met;
    });
  }

  /** The request as the user wants it now: with the alternative once they took it. */
  wish(request: Request): Request {
    const reaction = this.#program.refusals[request.id];
    return reaction !== undefined && this.hasSettled(request.id)
      ? withAlternative(request, reaction)
      : request;
  }

  /** The slots whose value in a proposed call is not the one the user holds. */
  wrongSlots(request: Request, call: ToolCall, state: State): WrongSlot[] {
    const intent = this.#domain.intent(request.intent);
    if (intent === undefined) return [];
    const values = requestValues(request);
    const context = contextOf(state, this.#program.userId, intent, values);
    const right = [...fulfilment(intent, context), ...(intent.equivalentCalls?.(context) ?? [])];
    if (right.some((other) => sameCall(this.#domain, other, call))) return [];
    const proposed: Readonly<Record<string, Json>> = intent.parse?.(state, call)?.values ?? {};
    const wrong = Object.entries(request.slots).filter(
      ([slot, entry]) => entry.reveal !== 'never' && !sameJson(proposed[slot], entry.value),
    );
    // Nothing to point at: say again what decides most.
    const named = wrong.length > 0 ? wrong : Object.entries(request.slots).slice(-1);
    return named.map(([slot, entry]) => ({ slot, mention: entry.mention }));
  }

  /**
   * What the user says about the open wish that a call would fulfil, slot by slot; nothing when they have none like
   * it. Undefined for a user who is prose: then nobody can tell.
   */
  saidAbout(call: ToolCall, state: State): Readonly<Record<string, Json>> | undefined {
    if (this.#program.requests.length === 0) return undefined;
    const like = this.open
      .map((request) => ({ request: this.wish(request), intent: this.#domain.intent(request.intent) }))
      .filter(({ intent }) => intent?.tool === call.name);
    const meant = like.find(({ request }) => this.wrongSlots(request, call, state).length === 0) ?? like[0];
    return meant === undefined ? {} : requestValues(meant.request);
  }

  /** The name of a fact about a request, as the domain quotes it. */
  factTitle(request: Request, key: string, state: State): string {
    const intent = this.#domain.intent(request.intent);
    if (intent === undefined) return key;
    const context = contextOf(state, this.#program.userId, intent, requestValues(request));
    return intent.quotes?.(context).find((fact) => fact.key === key)?.title ?? key;
  }
}
