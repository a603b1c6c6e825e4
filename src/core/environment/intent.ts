import type { Assertion } from './assertion.ts';
import type { Json } from './json.ts';
import type { Random } from './random.ts';
import type { InfeasibleResponse } from './rule.ts';
import type { View } from './state.ts';
import type { ToolCall } from './tool.ts';

/** What a slot looks up: the state, whose request it is, and the values of the request's earlier slots. */
export interface SlotContext<Db> {
  readonly db: View<Db>;
  readonly userId: string;
  readonly values: Readonly<Record<string, Json>>;
}

/**
 * One thing that a slot may stand for. `attributes` are what people say about it: scalars, or lists of scalars
 * (an order's product names). A mention fits a candidate when each attribute it names is equal, or is in the list.
 */
export interface Candidate {
  /** The value that goes into a tool call: a record id, a choice, an address object. */
  readonly value: Json;
  readonly attributes: Readonly<Record<string, Json>>;
  /** A short name for a person or an agent's question, unique among the candidates: "order #W1 (Desk Lamp)". */
  readonly label: string;
}

/** One decision inside an intent. Slots are filled in order, and later ones may depend on earlier ones. */
export interface SlotSpec<Db> {
  readonly name: string;
  /** A noun phrase without article: "payment method". */
  readonly title: string;
  /** Ways in which an agent asks for it, as whole sentences. */
  readonly question: readonly string[];
  /**
   * The slot that this one is a choice about: a replacement is of an item. A user who changes their mind names it, so
   * that it is clear what the new value is for.
   */
  readonly about?: string;
  /** True when the candidates are options to choose from, rather than things the user already has. */
  readonly preference?: boolean;
  /**
   * True for how things are with the user (a reason, a complaint). It is nothing they could choose otherwise, so
   * they neither change their mind about it nor take another one instead.
   */
  readonly fact?: boolean;
  /**
   * True when it names what the request is about. A user who is told no may take another day or another person
   * instead, but another subject would be another request.
   */
  readonly subject?: boolean;
  /** True when the user may bring a value that no record holds (a new address). */
  readonly open?: boolean;
  /**
   * Everything the slot could stand for in this state, before any rule is applied: a rule that forbids a choice
   * does not hide it. An open slot lists the values that records hold (known addresses).
   */
  candidates(context: SlotContext<Db>): readonly Candidate[];
  /** For an open slot: a value that a user would bring. */
  sample?(context: SlotContext<Db>, random: Random): Candidate;
  /** A candidate that belongs to somebody else, for requests that ownership forbids. */
  foreign?(context: SlotContext<Db>, random: Random): Candidate | undefined;
  /** Sets of attribute names by which users refer to it, most natural first. */
  readonly referBy: readonly (readonly string[])[];
  /**
   * The user's words for some of its attributes, as a noun phrase: "the order with the desk lamp". Empty for what
   * goes without saying.
   */
  phrase(attributes: Readonly<Record<string, Json>>, random: Random): string;
  /** The user's words when nothing decisive is said: "one of my orders". Left out of sentences if empty. */
  readonly vague?: readonly string[];
  /**
   * How users say that the value is another one than they said, as the rest of a sentence in which {value} stands for
   * it: "what I see is {value}". For what they notice rather than choose; a choice is wished for: "make that …".
   */
  readonly corrected?: readonly string[];
  /** Reads that show the candidates, given the attributes the user mentioned; run in order. */
  reads(context: SlotContext<Db>, mentioned: Readonly<Record<string, Json>>): readonly ToolCall[];
}

/** Something an agent can tell: a price difference, a refund, a delivery status. */
export interface Fact {
  /** Names the fact inside its intent: "price_difference". */
  readonly key: string;
  /** A noun phrase with article: "the price difference". */
  readonly title: string;
  /** As said, without prose: "$12.50", "delivered", "7". */
  readonly value: string;
  /** The number behind it, when conditions may be set on it. */
  readonly amount?: number;
  /** How a limit on that number is said: "6 seats", "1 open task". An amount of dollars when absent. */
  readonly limit?: (most: number) => string;
}

/** A tool that a user may wish for and the domain does not have. Its arguments would be the values of the slots. */
export interface MissingTool {
  readonly name: string;
  readonly description: string;
  /** What becomes of the wish, where that is not what the domain says in general about missing tools. */
  readonly response?: InfeasibleResponse;
}

/** One thing a user may want in a domain, with typed slots, and the call that fulfils it. */
export interface IntentSpec<Db> {
  readonly id: string;
  /** An imperative, sentence case: "Return an item". */
  readonly title: string;
  /** The tool that fulfils it. Absent for information requests and for `missingTool`. */
  readonly tool?: string;
  readonly slots: readonly SlotSpec<Db>[];
  /**
   * The user's opening sentences. `{slot}` is replaced by the slot's phrase; a `[part in brackets]` is left out
   * when a slot inside it is not mentioned. Every template must read well with any subset of its brackets.
   */
  readonly opening: readonly string[];
  /** The user's short words for it later on, as a verb phrase with slots: "return {item}". The title when absent. */
  readonly recall?: string;
  /** One line for an agent's confirmation, all slots filled: "cancel order #W1 (ordered by mistake)". */
  describe(context: SlotContext<Db>): string;
  /** The same for one of several calls: "send a payment request for bill B1 ($40.00)". Needed with `calls`. */
  describeCall?(context: SlotContext<Db>, call: ToolCall): string;
  /** The write that fulfils it. Absent for information requests; made for wishes of a `missingTool`. */
  call?(context: SlotContext<Db>): ToolCall;
  /**
   * Present instead of `call` when it takes more than one, or the user's own hands: the calls that are still to be
   * made in this state, in order, the agent's and the user's. Empty once nothing is left to do; after the first of
   * them, the rest.
   */
  calls?(context: SlotContext<Db>): readonly ToolCall[];
  /**
   * What has to hold once `calls` are done. The user finds out by it whether they were helped, and their own side
   * is judged by it instead of field by field: there is more than one way to mend a thing.
   */
  assertions?(context: SlotContext<Db>): readonly Assertion[];
  /** Calls that are just as right as {@link IntentSpec.call} (the same list in another order). */
  equivalentCalls?(context: SlotContext<Db>): readonly ToolCall[];
  /**
   * Calls of other tools that would give the user the same (a pending order is modified, a delivered one exchanged).
   * A request is only infeasible where these are forbidden too.
   */
  insteadCalls?(context: SlotContext<Db>): readonly ToolCall[];
  /** What an information request wants to hear. Present exactly when `call`, `calls` and `missingTool` are absent. */
  answer?(context: SlotContext<Db>): readonly Fact[];
  /** Reads that an answer, a quote or the calls need beyond those of the slots; the user's own among them. */
  reads?(context: SlotContext<Db>): readonly ToolCall[];
  /** Facts an agent states before the write, on which a user may set a condition. */
  quotes?(context: SlotContext<Db>): readonly Fact[];
  /** The slot values behind a call of this intent's tool, and whose request it would be. */
  parse?(db: View<Db>, call: ToolCall): { userId: string; values: Record<string, Json> } | undefined;
  /** Set when no tool of the domain can do it: the tool that would be needed. `call` is then made from it. */
  readonly missingTool?: MissingTool;
  /** How many times as often as others it is wanted; 1 when absent. */
  readonly weight?: number;
  /** True when nothing else is sensibly wanted on the same record afterwards (a cancellation). */
  readonly final?: boolean;
}

/** The calls that fulfil an intent in a state, in order; none for an information request. */
export function fulfilment<Db>(intent: IntentSpec<Db>, context: SlotContext<Db>): readonly ToolCall[] {
  if (intent.calls !== undefined) return intent.calls(context);
  return intent.call === undefined ? [] : [intent.call(context)];
}

/** True for an intent that changes something with tools that exist. */
export function isServable<Db>(intent: IntentSpec<Db>): boolean {
  return intent.missingTool === undefined && (intent.tool !== undefined || intent.calls !== undefined);
}
