import type { Json, JsonObject } from './json.ts';
import type { ChangedRows, RecordRef, View } from './state.ts';
import type { ToolCall } from './tool.ts';

/** What a rule may look at: everything that is known at the moment before a write runs. */
export interface RuleContext<Db> {
  /** The state before the call. */
  readonly db: View<Db>;
  readonly call: ToolCall;
  /** The user that was authenticated in this conversation, or null. */
  readonly userId: string | null;
  /** True when the user said yes to this action after the last change of plan. */
  readonly confirmed: boolean;
  /** The successful calls so far, in order. */
  readonly earlier: readonly ToolCall[];
  /**
   * What the user says about the wish that the call would fulfil: its slots, also those that no argument carries (a
   * reason). Empty when the user has no such wish; absent when nobody can tell.
   */
  readonly said?: Readonly<Record<string, Json>> | undefined;
}

/** Why a rule does not hold. */
export interface Violation {
  /** One plain sentence with the decisive value: "Order #W1 is delivered, not pending." */
  readonly reason: string;
  /** The record that decides, if one does. */
  readonly record?: RecordRef;
  /** The smallest change that would make the rule hold. */
  readonly flip?: Flip;
}

/**
 * One fact as it would be otherwise: in rows of the database, in arguments of the call, in slots that no argument
 * carries. One fact may show in more than one of them.
 */
export type Flip =
  | { readonly rows: ChangedRows; readonly arguments?: JsonObject; readonly said?: JsonObject }
  | { readonly arguments: JsonObject; readonly said?: JsonObject }
  | { readonly said: JsonObject };

/**
 * What a rule is about. `state`: a fact of the database. `choice`: an argument (a variant, a reason).
 * `ownership`: whose record it is. `conversation`: what must have happened before (authentication, confirmation).
 */
export type RuleSubject = 'state' | 'choice' | 'ownership' | 'conversation';

/** How the policy wants a request handled that cannot be served. */
export type InfeasibleResponse = 'refuse' | 'transfer';

/** One sentence of the policy as a predicate over a write. */
export interface RuleSpec<Db> {
  /** Dotted, stable: "cancel.pending-only". */
  readonly id: string;
  /** The sentence, word for word as it stands in the policy. */
  readonly sentence: string;
  readonly subject: RuleSubject;
  /** The tools it governs, the agent's or the user's. */
  readonly tools: readonly string[];
  /** What becomes of a request that it forbids, where that is not what the domain says in general. */
  readonly response?: InfeasibleResponse;
  /** Null when the rule holds. Must not throw on a call that the tool itself would reject. */
  check(context: RuleContext<Db>): Violation | null;
}
