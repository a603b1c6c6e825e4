import { applyCall, identifiedUser } from '../environment/index.ts';
import type { Domain, State, ToolCall } from '../environment/index.ts';
import { brokenRules, type BrokenRule } from '../explore/index.ts';
import type { RolloutEvent } from './event.ts';
import { observe } from './observe.ts';

/** Whose calls they are, and what is taken for granted about the talk around them. */
export interface CallLogInput {
  readonly domain: Domain;
  /** The state before the first call. */
  readonly state: State;
  /** Who is served; null until a call identifies somebody. */
  readonly userId: string | null;
  /** Whether a broken rule counts. */
  readonly counts?: (broken: BrokenRule) => boolean;
}

/** Runs calls that somebody else chose, one after another, and writes each down as a rollout does. */
export class CallLog {
  readonly #input: CallLogInput;
  readonly #earlier: ToolCall[] = [];
  #state: State;
  #userId: string | null;

  constructor(input: CallLogInput) {
    this.#input = input;
    this.#state = input.state;
    this.#userId = input.userId;
  }

  /** The two events of a call, the first of them with this index. Every yes is taken for given. */
  run({ name, arguments: args, requestor }: ToolCall, index: number): RolloutEvent[] {
    const call = { name, arguments: { ...args }, ...(requestor === undefined ? {} : { requestor }) };
    const { domain, counts = () => true } = this.#input;
    const before = this.#state;
    const context = { userId: this.#userId, confirmed: true, earlier: this.#earlier };
    const broke =
      domain.tool(name)?.kind === 'write' ? brokenRules(domain, before, call, context).filter(counts) : [];
    const outcome = applyCall(domain, before, call);
    this.#state = outcome.state;
    if (outcome.ok) {
      this.#earlier.push(call);
      this.#userId ??= identifiedUser(domain, name, outcome.result);
    }
    return [
      { type: 'tool-call', index, call },
      {
        ...{ type: 'tool-result', index: index + 1, call: index },
        ...observe(domain, before, call, outcome),
        broke: broke.map(({ rule, violation }) => ({ rule: rule.id, reason: violation.reason })),
      },
    ];
  }
}
