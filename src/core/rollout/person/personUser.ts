import type { Domain, State, ToolCall } from '../../environment/index.ts';
import type { Change, Request, UserProgram } from '../../transform/index.ts';
import type { AgentAct, RequestStatus, RolloutEvent, UserAct } from '../event.ts';
import type { Hands, UserParty, UserTurn } from '../party.ts';
import { isTriggered } from '../triggers.ts';
import { Wishes, type StatusChange } from '../wishes.ts';
import { auditPerson } from './auditPerson.ts';
import { sayables, type Sayable, type Standing, type Used } from './sayable.ts';

/** What a person does next as the user. */
export type UserMove =
  /** Uses a tool of their own. */
  | { readonly type: 'use'; readonly call: ToolCall }
  /** Writes to the agent; `said` is what the message says, of what can be said. */
  | { readonly type: 'say'; readonly text: string; readonly said: readonly Sayable[] };

/** Shows a person how things stand, and waits for what they do. Rejects when the signal fires. */
export type AskUser = (
  standing: Standing,
  can: readonly Sayable[],
  signal?: AbortSignal,
) => Promise<UserMove>;

/** What {@link PersonUser} needs. */
export interface PersonUserInput {
  readonly domain: Domain;
  readonly program: UserProgram;
  readonly ask: AskUser;
  /** What happened so far. */
  readonly events: () => readonly RolloutEvent[];
  /** The task's state, before anybody acts. */
  readonly state: State;
}

/**
 * A person who was given a user's program to read. Nothing is kept from them, so nothing gates their words: what they
 * tell before its time, make up or leave out is found by an audit and counted as a fault of the user, never of the
 * agent.
 */
export class PersonUser implements UserParty {
  readonly #input: PersonUserInput;
  readonly #wishes: Wishes;
  readonly #refused = new Set<string>();
  readonly #returned = new Set<string>();
  readonly #stated = new Set<string>();
  readonly #told = new Set<string>();
  #pending: readonly Change[];
  #turn = 0;

  constructor(input: PersonUserInput) {
    this.#input = input;
    this.#wishes = new Wishes(input.domain, input.program);
    this.#pending = input.program.changes;
  }

  get statuses(): Record<string, RequestStatus> {
    return this.#wishes.statuses;
  }
  get goal(): readonly Request[] {
    return this.#wishes.goal;
  }
  get turn(): number {
    return this.#turn;
  }
  get unfinished(): readonly Request[] {
    return this.#wishes.open;
  }

  saidAbout(call: ToolCall, state: State) {
    return this.#wishes.saidAbout(call, state);
  }

  async open(signal?: AbortSignal): Promise<UserTurn> {
    this.#turn = 1;
    return this.#converse([], [], this.#input.state, undefined, signal);
  }

  observeWrite(tool: string): void {
    this.#returned.add(tool);
  }

  observeTransfer(): StatusChange[] {
    return this.#wishes.handedOver();
  }

  async reply(
    acts: readonly AgentAct[],
    state: State,
    hands?: Hands,
    signal?: AbortSignal,
  ): Promise<UserTurn> {
    this.#turn += 1;
    const statuses = acts.flatMap((act) => this.#hear(act, state));
    return this.#converse(acts, statuses, state, hands, signal);
  }

  #hear(act: AgentAct, state: State): StatusChange[] {
    if (act.type === 'state_facts')
      for (const fact of act.facts) this.#stated.add(`${act.request}/${fact.key}`);
    if (act.type === 'refuse') this.#refused.add(act.request);
    if (act.type === 'transfer') return this.observeTransfer();
    const moved = this.#wishes.hear(act, state);
    for (const { request } of moved) this.#refused.delete(request);
    return moved;
  }

  /** The person's turn: any number of their own tools, then a message. */
  async #converse(
    acts: readonly AgentAct[],
    statuses: readonly StatusChange[],
    state: State,
    hands: Hands | undefined,
    signal: AbortSignal | undefined,
  ): Promise<UserTurn> {
    const used: Used[] = [];
    let now = state;
    for (;;) {
      const standing = this.#standing(acts, now, [...used]);
      const move = await this.#input.ask(standing, sayables(standing), signal);
      if (move.type === 'say') return this.#say(move, standing, statuses);
      if (hands === undefined) continue;
      const call: ToolCall = { ...move.call, requestor: 'user' };
      const result = hands(call);
      now = result.state;
      if (result.ok && this.#input.domain.tool(call.name)?.kind === 'write') this.observeWrite(call.name);
      used.push({ call, ok: result.ok, content: result.content });
    }
  }

  #standing(acts: readonly AgentAct[], state: State, used: readonly Used[]): Standing {
    const { domain, program } = this.#input;
    const open = this.#wishes.open;
    const noticed = {
      ...{ domain, acts, turn: this.#turn, returned: this.#returned, stated: this.#stated },
      isOver: open.length === 0,
    };
    const triggered = this.#turn === 1 ? [] : this.#pending.filter((change) => isTriggered(change, noticed));
    return {
      ...{ domain, program, state, acts, used, open },
      isOpening: this.#turn === 1,
      goal: this.#wishes.goal,
      refused: new Set([...this.#refused].filter((id) => this.#wishes.isOpen(id))),
      pending: this.#pending,
      triggered: new Set(triggered.map(({ id }) => id)),
      told: new Set(this.#told),
    };
  }

  #say(
    { text, said }: Extract<UserMove, { type: 'say' }>,
    standing: Standing,
    heard: readonly StatusChange[],
  ): UserTurn {
    const faults = auditPerson({ standing, text, said, events: this.#input.events() });
    const statuses = [...heard];
    let fired: Change | null = null;
    for (const { effect, slot } of said) {
      if (slot !== null) this.#told.add(slot);
      if (effect?.type === 'change') {
        fired = effect.change;
        this.#pending = this.#pending.filter((change) => change !== fired);
        statuses.push(...this.#wishes.change(effect.change));
      } else if (effect?.type === 'accept') statuses.push(this.#wishes.set(effect.request, 'refused'));
      else if (effect?.type === 'settle') {
        this.#wishes.settle(effect.request);
        this.#refused.delete(effect.request);
      }
    }
    const stop = said.some(({ effect }) => effect?.type === 'stop');
    // Who leaves after a no has taken it.
    if (stop)
      for (const { id } of this.#wishes.open)
        if (this.#refused.has(id)) statuses.push(this.#wishes.set(id, 'refused'));
    const acts = inOpening(said.flatMap((one) => one.acts(text)));
    return { text, acts, fired, statuses, stop, faults };
  }
}

/** What is told about a wish in the message that opens with it belongs to the wish. */
function inOpening(acts: readonly UserAct[]): UserAct[] {
  const wishes = new Set(acts.flatMap((act) => (act.type === 'request' ? [act.request] : [])));
  const answers = acts.flatMap((act) => (act.type === 'answer' ? [act] : []));
  return acts.flatMap((act): UserAct[] => {
    if (act.type === 'answer' && wishes.has(act.request)) return [];
    if (act.type !== 'request') return [act];
    const own = answers.filter(({ request }) => request === act.request);
    const mentions = Object.fromEntries(own.map(({ slot, mention }) => [slot, mention]));
    return [{ ...act, mentions: { ...act.mentions, ...mentions } }];
  });
}
