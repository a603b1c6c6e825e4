/**
 * The scripted user simulator: executes a user program. It says only what the program allows at that moment, and
 * its state is the one source for how every request ended. Long because the reactions to all acts belong together.
 */
import { createRandom } from '../environment/index.ts';
import type { Domain, Json, Random, State, ToolCall } from '../environment/index.ts';
import type { Change, Request, UserProgram } from '../transform/index.ts';
import type { AgentAct, RequestStatus, UserAct } from './event.ts';
import type { Hands, UserParty, UserTurn } from './party.ts';
import { isTriggered } from './triggers.ts';
import { changeActs, requestAct } from './userActs.ts';
import { answerText, askFactText, correctionText, performedText, say } from './userWording.ts';
import { Wishes, type StatusChange, type WrongSlot } from './wishes.ts';

/** How often the user repeats itself to an agent that does not help, before it gives up. */
const PATIENCE = 3;

/** Executes one user program against one agent. */
export class UserSimulator implements UserParty {
  readonly #domain: Domain;
  readonly #program: UserProgram;
  readonly #random: Random;
  readonly #wishes: Wishes;
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
    this.#wishes = new Wishes(domain, program);
    this.#pending = [...program.changes];
  }

  /** Where every request stands. */
  get statuses(): Record<string, RequestStatus> {
    return this.#wishes.statuses;
  }

  /** The goal as it is now. */
  get goal(): readonly Request[] {
    return this.#wishes.goal;
  }

  /** The number of the user's last message; the opening is 1. */
  get turn(): number {
    return this.#turn;
  }

  /** The requests that have not ended. */
  get unfinished(): readonly Request[] {
    return this.#wishes.open;
  }

  /** Changes that have not fired yet. */
  get pending(): readonly Change[] {
    return this.#pending;
  }

  saidAbout(call: ToolCall, state: State): Readonly<Record<string, Json>> | undefined {
    return this.#wishes.saidAbout(call, state);
  }

  /** The first message. */
  open(): UserTurn {
    this.#turn = 1;
    const acts: UserAct[] = [
      ...(this.#program.identityInOpening ? [this.#identify()] : []),
      ...this.goal.map((request) => requestAct(request)),
    ];
    return { text: this.#program.openingText, acts, fired: null, statuses: [], stop: false };
  }

  /** A write succeeded, the agent's or the user's own: some changes wait for that. */
  observeWrite(tool: string): void {
    this.#returned.add(tool);
  }

  /** The agent handed the user over: every open request ends there. */
  observeTransfer(): StatusChange[] {
    return this.#wishes.handedOver();
  }

  /**
   * Answers one message of the agent. `state` tells what the calls under discussion would be; with `hands` the user
   * does what they are asked to do.
   */
  reply(acts: readonly AgentAct[], state: State, hands?: Hands): UserTurn {
    this.#turn += 1;
    const statuses: StatusChange[] = [];
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
      statuses.push(...this.#wishes.change(fired));
      add(fired.text, ...changeActs(fired, this.goal));
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

  #open(): readonly Request[] {
    return this.#wishes.open;
  }

  /** What a message tells the user, before they answer it. */
  #note(act: AgentAct, state: State): StatusChange[] {
    if (act.type === 'state_facts')
      for (const fact of act.facts) this.#stated.add(`${act.request}/${fact.key}`);
    return this.#wishes.hear(act, state);
  }

  /** A user of prose has no requests that could end: they help as long as they are asked to. */
  get #isProse(): boolean {
    return this.#program.requests.length === 0;
  }

  #unsolved(requestId: string, state: State): { text: string; acts: UserAct[] } | undefined {
    const open = this.#open().some((other) => other.id === requestId);
    if (!open || this.#wishes.isSolved(requestId, state)) return undefined;
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
    const noticed = {
      domain: this.#domain,
      acts,
      turn: this.#turn,
      returned: this.#returned,
      stated: this.#stated,
      isOver: this.#open().length === 0,
    };
    const index = this.#pending.findIndex((change) => isTriggered(change, noticed));
    if (index < 0) return undefined;
    const [change] = this.#pending.splice(index, 1);
    return change;
  }

  #answer(requestId: string, slotName: string): { text: string; acts: UserAct[] } | undefined {
    const request = this.goal.find((other) => other.id === requestId);
    const entry = request?.slots[slotName];
    if (request === undefined || entry === undefined || entry.reveal === 'never')
      return {
        text: say('cannotSay', this.#random),
        acts: [{ type: 'cannot_say', request: requestId, slot: slotName }],
      };
    const mention = this.#wishes.wish(request).slots[slotName]?.mention ?? entry.mention;
    return {
      text: answerText(mention.text, this.#random),
      acts: [{ type: 'answer', request: requestId, slot: slotName, mention }],
    };
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
      const title = this.#wishes.factTitle(request, key, state);
      return {
        text: askFactText(title, this.#random),
        acts: [{ type: 'ask_fact', request: act.request, key }],
      };
    }
    if (act.wrong !== undefined && act.wrong.length > 0) {
      const slots = this.#wishes.wish(request).slots;
      return this.#correct(
        act.request,
        act.wrong.flatMap((slot) =>
          slots[slot] === undefined ? [] : [{ slot, mention: slots[slot].mention }],
        ),
      );
    }
    if (act.call === undefined)
      return { text: say('bareConfirm', this.#random), acts: [{ type: 'confirm', request: act.request }] };
    const wrong = this.#wishes.wrongSlots(this.#wishes.wish(request), act.call, state);
    if (wrong.length === 0)
      return { text: say('confirm', this.#random), acts: [{ type: 'confirm', request: act.request }] };
    return this.#correct(act.request, wrong);
  }

  #correct(request: string, wrong: readonly WrongSlot[]): { text: string; acts: UserAct[] } {
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

  #refused(requestId: string, statuses: StatusChange[]): { text: string; acts: UserAct[] } | undefined {
    const request = this.#open().find((other) => other.id === requestId);
    if (request === undefined) return undefined;
    const reaction = this.#program.refusals[requestId];
    const pushed = this.#pushed.get(requestId) ?? 0;
    if (reaction?.type === 'push_back' && pushed < reaction.texts.length) {
      this.#pushed.set(requestId, pushed + 1);
      return { text: reaction.texts[pushed] ?? '', acts: [{ type: 'push_back', request: requestId }] };
    }
    if (reaction?.type === 'accept_alternative' && !this.#wishes.hasSettled(requestId)) {
      this.#wishes.settle(requestId);
      const { slot, entry } = reaction;
      return {
        text: reaction.text,
        acts: [{ type: 'answer', request: requestId, slot, mention: entry.mention }],
      };
    }
    statuses.push(this.#wishes.set(requestId, 'refused'));
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
