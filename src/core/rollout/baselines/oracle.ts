import { sameJson } from '../../environment/index.ts';
import type { Domain, Random, State, ToolCall } from '../../environment/index.ts';
import type { ReferenceStep } from '../../transform/index.ts';
import type { Agent, AgentContext, AgentInput, AgentSession, AgentTurn } from '../agent.ts';
import { agentTexts, sentenceOf } from '../agentWording.ts';
import type { AgentAct, UserAct } from '../event.ts';

/** Plays the task's reference: it knows the answer, and still has to say and confirm what the policy asks for. */
export const oracle: Agent = {
  identity: { id: 'oracle', title: 'Oracle', kind: 'scripted' },
  description: 'Plays the reference actions. It proves that a task can be passed.',
  start: (context) => new Oracle(context, context.task.criteria.reference),
};

/** Plays any list of reference steps: mutants of the reference show that a task can be failed. */
export function player(id: string, steps: readonly ReferenceStep[]): Agent {
  return {
    identity: { id, title: id, kind: 'scripted' },
    description: 'Plays a given list of steps.',
    start: (context) => new Oracle(context, steps),
  };
}

class Oracle implements AgentSession {
  readonly #domain: Domain;
  readonly #random: Random;
  readonly #steps: readonly ReferenceStep[];
  #state: State;
  #position = 0;
  #confirmedStep = -1;
  #acts: AgentAct[] = [];
  #texts: string[] = [];

  constructor(context: AgentContext, steps: readonly ReferenceStep[]) {
    this.#domain = context.domain;
    this.#random = context.random;
    this.#steps = steps;
    this.#state = context.state;
  }

  next(input: AgentInput): AgentTurn {
    this.#state = input.state;
    if (input.type === 'user' && input.acts.some((act) => act.type === 'confirm'))
      this.#confirmedStep = this.#position;
    if (input.type === 'user' && input.acts.some((act) => act.type === 'push_back'))
      this.#position = Math.max(0, this.#position - 1);
    if (input.type === 'result') this.#reported(input.call, input.ok);
    else this.#heard(input.acts);
    return this.#advance();
  }

  /** What the user did with their own hands, or would not do, is behind us; a change of mind leaves it to be asked. */
  #heard(acts: readonly UserAct[]): void {
    const step = this.#steps[this.#position];
    if (step?.type !== 'call' || step.call.requestor !== 'user') return;
    for (const act of acts) {
      if (act.type === 'performed' && sameJson(act.call, step.call)) this.#reported(act.call, act.ok);
      if (act.type === 'refuse_action' && act.tool === step.call.name) this.#position += 1;
    }
  }

  #reported(call: ToolCall, ok: boolean): void {
    const step = this.#steps[this.#position];
    this.#position += 1;
    if (!ok || step?.type !== 'call' || step.request === null || !this.#isWrite(call)) return;
    // A request of several steps is done with the last one.
    const more = this.#steps
      .slice(this.#position)
      .some((other) => other.type === 'call' && other.request === step.request && this.#isWrite(other.call));
    if (!more) this.#say({ type: 'report_done', request: step.request }, this.#random.pick(agentTexts.done));
  }

  #isWrite(call: ToolCall): boolean {
    return this.#domain.tool(call.name)?.kind === 'write';
  }

  #advance(): AgentTurn {
    for (;;) {
      const step = this.#steps[this.#position];
      if (step === undefined) return this.#flush();
      switch (step.type) {
        case 'state_facts':
          this.#position += 1;
          this.#say(
            { type: 'state_facts', request: step.request, facts: step.facts },
            step.facts.map(sentenceOf).join(' '),
          );
          // What is said may change the user's mind, so they get to answer before anything is written.
          return this.#flush();
        case 'refuse':
          this.#position += 1;
          this.#say(
            { type: 'refuse', request: step.request, rule: step.rule },
            `${this.#random.pick(agentTexts.refusal)} ${step.reason}`,
          );
          return this.#flush();
        case 'propose':
          this.#position += 1;
          return this.#confirm(step.request, step.call);
        case 'ask':
          this.#position += 1;
          return this.#askFor(step.request, step.call);
        case 'transfer':
          return this.#callOrSpeak(step.call);
        case 'call':
          if (step.call.requestor === 'user') return this.#askFor(step.request ?? '', step.call);
          if (step.request === null || !this.#isWrite(step.call) || this.#confirmedStep === this.#position)
            return this.#callOrSpeak(step.call);
          return this.#confirm(step.request, step.call);
      }
    }
  }

  // A report that is still to be made comes before the next call.
  #callOrSpeak(call: ToolCall): AgentTurn {
    return this.#texts.length > 0 && this.#domain.tool(call.name)?.kind === 'transfer'
      ? this.#flush()
      : { type: 'call', call };
  }

  #askFor(request: string, call: ToolCall): AgentTurn {
    const ways = this.#domain.tool(call.name)?.ask(this.#state, call.arguments) ?? [call.name];
    this.#say({ type: 'ask_action', request, call }, this.#random.pick(ways));
    return this.#flush();
  }

  #confirm(request: string, call: ToolCall): AgentTurn {
    const details = Object.entries(call.arguments).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    this.#say(
      { type: 'ask_confirmation', request, tool: call.name, call },
      `To confirm: ${call.name} with ${details.join(', ')}. Is that right (yes/no)?`,
    );
    return this.#flush();
  }

  #say(act: AgentAct, text: string): void {
    this.#acts.push(act);
    this.#texts.push(text);
  }

  #flush(): AgentTurn {
    if (this.#acts.length === 0) this.#say({ type: 'acknowledge' }, 'Is there anything else?');
    const turn: AgentTurn = { type: 'message', text: this.#texts.join(' '), acts: this.#acts };
    this.#acts = [];
    this.#texts = [];
    return turn;
  }
}
