/**
 * The scripted user simulator: executes a user program. It says only what the program allows at that moment, and
 * its state is the one source for how every request ended. Long because the reactions to all acts belong together.
 */
import { checkAssertion, createRandom, fulfilment, sameJson } from '../environment/index.ts';
import type { Domain, Json, Random, State, ToolCall } from '../environment/index.ts';
import {
  applyChange,
  contextOf,
  openingMentions,
  requestValues,
  withAlternative,
} from '../transform/index.ts';
import type { Change, Mention, Request, UserProgram } from '../transform/index.ts';
import type { AgentAct, RequestStatus, UserAct } from './event.ts';
import { answerText, askFactText, correctionText, performedText, say } from './userWording.ts';

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
  readonly statuses: readonly { readonly request: string; readonly status: RequestStatus }[];
  readonly stop: boolean;
}

/** How often the user repeats itself to an agent that does not help, before it gives up. */
const PATIENCE = 3;

/** Executes one user program against one agent. */
export class UserSimulator {
  readonly #domain: Domain;
  readonly #program: UserProgram;
  readonly #random: Random;
  #goal: Request[];
  readonly #status = new Map<string, RequestStatus>();
  readonly #pushed = new Map<string, number>();
  readonly #stated = new Set<string>();
  readonly #returned = new Set<string>();
  #pending: Change[];
  #turn = 0;
  #idle = 0;
  #asksIdle = 0;

  constructor(domain: Domain, program: UserProgram, seed: string) {
    this.#domain = domain;
    this.#program = program;
    this.#random = createRandom(`user/${program.voice}/${seed}`);
    this.#goal = [...program.requests];
    this.#pending = [...program.changes];
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

  /** The number of the user's last message; the opening is 1. */
  get turn(): number {
    return this.#turn;
  }

  /** The requests that have not ended. */
  get unfinished(): readonly Request[] {
    return this.#open();
  }

  /** Changes that have not fired yet. */
  get pending(): readonly Change[] {
    return this.#pending;
  }

  /**
   * What the user says about the open wish that a call would fulfil, slot by slot; nothing when they have none like
   * it. Undefined for a user who is prose: then nobody can tell.
   */
  saidAbout(call: ToolCall, state: State): Readonly<Record<string, Json>> | undefined {
    if (this.#program.requests.length === 0) return undefined;
    const like = this.#open()
      .map((request) => ({ request: this.#wish(request), intent: this.#domain.intent(request.intent) }))
      .filter(({ intent }) => intent?.tool === call.name);
    const meant = like.find(({ request }) => this.#wrongSlots(request, call, state).length === 0) ?? like[0];
    return meant === undefined ? {} : requestValues(meant.request);
  }

  /** The first message. */
  open(): UserTurn {
    this.#turn = 1;
    const acts: UserAct[] = [
      ...(this.#program.identityInOpening ? [this.#identify()] : []),
      ...this.#goal.map((request) => requestAct(request)),
    ];
    return { text: this.#program.openingText, acts, fired: null, statuses: [], stop: false };
  }

  /** A write succeeded, the agent's or the user's own: some changes wait for that. */
  observeWrite(tool: string): void {
    this.#returned.add(tool);
  }

  /** The agent handed the user over: every open request ends there. */
  observeTransfer(): { request: string; status: RequestStatus }[] {
    return this.#open().map((request) => this.#set(request.id, 'transferred'));
  }

  /**
   * Answers one message of the agent. `state` tells what the calls under discussion would be; with `hands` the user
   * does what they are asked to do.
   */
  reply(acts: readonly AgentAct[], state: State, hands?: Hands): UserTurn {
    this.#turn += 1;
    const statuses: { request: string; status: RequestStatus }[] = [];
    const said: string[] = [];
    const done: UserAct[] = [];
    const add = (text: string, ...more: UserAct[]) => {
      said.push(text);
      done.push(...more);
    };
    const take = (parts: { text: string; acts: UserAct[] } | undefined) => {
      if (parts !== undefined) add(parts.text, ...parts.acts);
    };
    for (const act of acts) statuses.push(...this.#note(act, state));
    const fired = this.#fire(acts);
    if (fired !== undefined) {
      for (const id of fired.remove) statuses.push(this.#set(id, 'retracted'));
      for (const request of fired.add) statuses.push(this.#set(request.id, 'open'));
      this.#goal = applyChange(this.#goal, fired);
      add(fired.text, ...changeActs(fired, this.#goal));
    }
    let asksConfirmation = false;
    for (const act of acts) {
      if (act.type === 'ask_identity') add(this.#program.identityText, this.#identify());
      else if (act.type === 'ask_slot') take(this.#answer(act.request, act.slot));
      else if (act.type === 'ask_confirmation') {
        asksConfirmation = true;
        if (fired === undefined) take(this.#confirm(act, state));
      } else if (act.type === 'ask_action') {
        asksConfirmation = true;
        if (fired === undefined) take(this.#act(act, hands));
      } else if (act.type === 'report_done') take(this.#unsolved(act.request, state));
      else if (act.type === 'refuse') take(this.#refused(act.request, statuses));
      else if (act.type === 'transfer') statuses.push(...this.observeTransfer());
    }
    const helping = this.#isProse && done.some((act) => act.type === 'performed');
    if (this.#open().length === 0 && this.#pending.length === 0 && !helping)
      return {
        text: [...said, say(done.some(isResigned) ? 'leave' : 'thanks', this.#random)].join(' '),
        acts: [...done, { type: 'stop' }],
        fired: fired ?? null,
        statuses,
        stop: true,
      };
    const progress = done.some((act) => !idleActs.has(act.type)) || statuses.length > 0;
    this.#idle = progress ? 0 : this.#idle + (said.length === 0 ? 1 : 0);
    this.#asksIdle = progress ? 0 : this.#asksIdle + 1;
    if (this.#idle >= PATIENCE || this.#asksIdle >= PATIENCE * 4) {
      add(say('giveUp', this.#random), { type: 'stop' });
      return { text: said.join(' '), acts: done, fired: fired ?? null, statuses, stop: true };
    }
    if (said.length === 0)
      said.push(say(statuses.length > 0 && !asksConfirmation ? 'goOn' : 'nudge', this.#random));
    return { text: said.join(' '), acts: done, fired: fired ?? null, statuses, stop: false };
  }

  #identify(): UserAct {
    return { type: 'identify', facts: this.#program.identity };
  }

  #open(): Request[] {
    return this.#goal.filter((request) => this.#status.get(request.id) === 'open');
  }

  #set(request: string, status: RequestStatus): { request: string; status: RequestStatus } {
    this.#status.set(request, status);
    return { request, status };
  }

  /** What a message tells the user, before they answer it. */
  #note(act: AgentAct, state: State): { request: string; status: RequestStatus }[] {
    if (act.type === 'state_facts') {
      for (const fact of act.facts) this.#stated.add(`${act.request}/${fact.key}`);
      const request = this.#open().find((other) => other.id === act.request);
      const informs = request !== undefined && this.#domain.intent(request.intent)?.answer !== undefined;
      return informs && act.facts.length > 0 ? [this.#set(act.request, 'done')] : [];
    }
    if (act.type === 'report_done' && this.#status.get(act.request) === 'open') {
      if (!this.#solved(act.request, state)) return [];
      const alternative = this.#pushed.get(act.request) === Infinity;
      return [this.#set(act.request, alternative ? 'alternative' : 'done')];
    }
    return [];
  }

  /** A user of prose has no requests that could end: they help as long as they are asked to. */
  get #isProse(): boolean {
    return this.#program.requests.length === 0;
  }

  /** Whether what the user can see for themselves is as they want it. */
  #solved(requestId: string, state: State): boolean {
    const request = this.#goal.find((other) => other.id === requestId);
    const intent = request === undefined ? undefined : this.#domain.intent(request.intent);
    if (request === undefined || intent?.assertions === undefined) return true;
    const values = requestValues(this.#wish(request));
    const wanted = intent.assertions(contextOf(state, this.#program.userId, intent, values));
    return wanted.every((assertion) => {
      const finding = checkAssertion(this.#domain, state, assertion);
      return finding.evaluated && finding.met;
    });
  }

  #unsolved(requestId: string, state: State): { text: string; acts: UserAct[] } | undefined {
    const open = this.#open().some((other) => other.id === requestId);
    if (!open || this.#solved(requestId, state)) return undefined;
    return { text: say('notSolved', this.#random), acts: [{ type: 'not_solved', request: requestId }] };
  }

  /** Uses a tool of their own, as asked, unless they no longer want it or never would. */
  #act(
    { request, call }: Extract<AgentAct, { type: 'ask_action' }>,
    hands: Hands | undefined,
  ): { text: string; acts: UserAct[] } {
    const tool = this.#domain.tool(call.name);
    const wanted = this.#isProse || this.#open().some((other) => other.id === request);
    if (hands === undefined || !wanted)
      return { text: say('declineAction', this.#random), acts: [{ type: 'decline', request }] };
    const unwilling = this.#program.unwilling?.find((step) => step.tool === call.name);
    if (unwilling !== undefined)
      return { text: unwilling.text, acts: [{ type: 'refuse_action', request, tool: call.name }] };
    const own: ToolCall = { name: call.name, arguments: call.arguments, requestor: 'user' };
    const { ok, content } = hands(own);
    if (ok && tool?.kind === 'write') this.observeWrite(call.name);
    return {
      text: performedText(content, ok, tool?.kind === 'read', this.#random),
      acts: [{ type: 'performed', request, call: own, ok }],
    };
  }

  /** The first change whose trigger is met by this message. */
  #fire(acts: readonly AgentAct[]): Change | undefined {
    const confirming = acts.filter((act) => act.type === 'ask_confirmation');
    // What is only looked up decides nothing.
    const steps = acts.filter(
      (act) => act.type === 'ask_action' && this.#domain.tool(act.call.name)?.kind === 'write',
    );
    const index = this.#pending.findIndex((change) => {
      const { trigger } = change;
      switch (trigger.type) {
        case 'asked_to_confirm':
          return confirming.some((act) => act.request === trigger.request && act.tool === trigger.tool);
        case 'asked_to_act':
          return [...confirming, ...steps].some((act) => 'request' in act && act.request === trigger.request);
        case 'tool_returned':
          return this.#returned.has(trigger.tool);
        case 'turn':
          // At the latest when a yes would make it too late, or when nothing else is left to talk about.
          return (
            this.#turn >= trigger.turn || confirming.length + steps.length > 0 || this.#open().length === 0
          );
        case 'stated':
          return this.#stated.has(`${trigger.request}/${trigger.key}`);
      }
    });
    if (index < 0) return undefined;
    const [change] = this.#pending.splice(index, 1);
    return change;
  }

  #answer(requestId: string, slotName: string): { text: string; acts: UserAct[] } | undefined {
    const request = this.#goal.find((other) => other.id === requestId);
    const entry = request?.slots[slotName];
    if (request === undefined || entry === undefined || entry.reveal === 'never')
      return {
        text: say('cannotSay', this.#random),
        acts: [{ type: 'cannot_say', request: requestId, slot: slotName }],
      };
    const mention = this.#wish(request).slots[slotName]?.mention ?? entry.mention;
    return {
      text: answerText(mention.text, this.#random),
      acts: [{ type: 'answer', request: requestId, slot: slotName, mention }],
    };
  }

  /** The request as the user wants it now: with the alternative once they took it. */
  #wish(request: Request): Request {
    const reaction = this.#program.refusals[request.id];
    return reaction !== undefined && this.#pushed.get(request.id) === Infinity
      ? withAlternative(request, reaction)
      : request;
  }

  #confirm(
    act: Extract<AgentAct, { type: 'ask_confirmation' }>,
    state: State,
  ): { text: string; acts: UserAct[] } {
    const request = this.#open().find((other) => other.id === act.request);
    if (request === undefined)
      return { text: say('decline', this.#random), acts: [{ type: 'decline', request: act.request }] };
    const waiting = this.#pending.find(
      (change) => change.trigger.type === 'stated' && change.trigger.request === act.request,
    );
    if (waiting?.trigger.type === 'stated') {
      const { key } = waiting.trigger;
      const title = this.#factTitle(request, key, state);
      return {
        text: askFactText(title, this.#random),
        acts: [{ type: 'ask_fact', request: act.request, key }],
      };
    }
    if (act.wrong !== undefined && act.wrong.length > 0) {
      const slots = this.#wish(request).slots;
      return this.#correct(
        act.request,
        act.wrong.flatMap((slot) =>
          slots[slot] === undefined ? [] : [{ slot, mention: slots[slot].mention }],
        ),
      );
    }
    if (act.call === undefined)
      return { text: say('bareConfirm', this.#random), acts: [{ type: 'confirm', request: act.request }] };
    const wrong = this.#wrongSlots(this.#wish(request), act.call, state);
    if (wrong.length === 0)
      return { text: say('confirm', this.#random), acts: [{ type: 'confirm', request: act.request }] };
    return this.#correct(act.request, wrong);
  }

  #correct(
    request: string,
    wrong: readonly { slot: string; mention: Mention }[],
  ): { text: string; acts: UserAct[] } {
    const corrections = wrong.map(({ slot, mention }): UserAct => ({
      type: 'answer',
      request,
      slot,
      mention,
    }));
    const texts = wrong.map(({ mention }) => mention.text);
    return {
      text: texts.length === 0 ? say('decline', this.#random) : correctionText(texts, this.#random),
      acts: [{ type: 'decline', request }, ...corrections],
    };
  }

  #factTitle(request: Request, key: string, state: State): string {
    const intent = this.#domain.intent(request.intent);
    if (intent === undefined) return key;
    const context = contextOf(state, this.#program.userId, intent, requestValues(request));
    return intent.quotes?.(context).find((fact) => fact.key === key)?.title ?? key;
  }

  /** The slots whose value in a proposed call is not the one the user holds. */
  #wrongSlots(request: Request, call: ToolCall, state: State): { slot: string; mention: Mention }[] {
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

  #refused(
    requestId: string,
    statuses: { request: string; status: RequestStatus }[],
  ): { text: string; acts: UserAct[] } | undefined {
    const request = this.#open().find((other) => other.id === requestId);
    if (request === undefined) return undefined;
    const reaction = this.#program.refusals[requestId];
    const pushed = this.#pushed.get(requestId) ?? 0;
    if (reaction?.type === 'push_back' && pushed < reaction.texts.length) {
      this.#pushed.set(requestId, pushed + 1);
      return { text: reaction.texts[pushed] ?? '', acts: [{ type: 'push_back', request: requestId }] };
    }
    if (reaction?.type === 'accept_alternative' && pushed !== Infinity) {
      this.#pushed.set(requestId, Infinity);
      const { slot, entry } = reaction;
      return {
        text: reaction.text,
        acts: [{ type: 'answer', request: requestId, slot, mention: entry.mention }],
      };
    }
    statuses.push(this.#set(requestId, 'refused'));
    const text =
      reaction !== undefined && reaction.type !== 'accept_alternative'
        ? reaction.text
        : 'All right, then leave it.';
    return { text, acts: [{ type: 'accept_refusal', request: requestId }] };
  }
}

// Nobody says "Perfect!" in the same breath in which they take a no.
const isResigned = (act: UserAct) => act.type === 'accept_refusal';

/** Acts that bring an agent no further, so that one who gets nothing else is left in the end. */
const idleActs: ReadonlySet<UserAct['type']> = new Set(['decline', 'answer', 'refuse_action', 'not_solved']);

/** True when two calls ask for the same: free text is not compared. */
export function sameCall(domain: Domain, a: ToolCall, b: ToolCall): boolean {
  if (a.name !== b.name) return false;
  const free = domain.tool(a.name)?.freeText ?? [];
  const compared = (call: ToolCall) =>
    Object.fromEntries(Object.entries(call.arguments).filter(([name]) => !free.includes(name)));
  return sameJson(compared(a), compared(b));
}

function requestAct(request: Request): UserAct {
  return { type: 'request', request: request.id, intent: request.intent, mentions: openingMentions(request) };
}

/** What a change says, as acts. */
function changeActs(change: Change, goal: readonly Request[]): UserAct[] {
  return [
    ...change.remove.map((request): UserAct => ({ type: 'retract', request })),
    ...change.add.map(requestAct),
    ...Object.entries(change.set).flatMap(([request, slots]) =>
      Object.entries(slots).map(([slot, entry]): UserAct => ({
        type: 'answer',
        request,
        slot,
        mention: entry.mention,
      })),
    ),
    ...(change.order === null
      ? []
      : [{ type: 'reorder' as const, order: goal.map((request) => request.id) }]),
  ];
}
