import type { Price } from '../../../models/index.ts';
import type { RunLimits } from '../../state/modelPlan.ts';

/** A task as far as its cost goes. */
export interface EstimatedTask {
  /** Calls of the reference. */
  readonly calls: number;
  /** Tokens of the system prompt with its tools. */
  readonly system: number;
}

/** Who takes part in a run, with what each costs; a price is null when nobody said. */
export interface EstimateInput {
  readonly tasks: readonly EstimatedTask[];
  readonly trials: number;
  /** Models in the agent's seat. */
  readonly agents: readonly { readonly price: Price | null }[];
  /** How many scripted baselines serve the tasks too. */
  readonly scripted: number;
  /** The model that speaks for the user; null when none does. */
  readonly user: { readonly price: Price | null } | null;
}

/** About what a run will use. `dollars` is null when a price is missing. */
export interface Estimate {
  readonly calls: number;
  readonly prompt: number;
  readonly reply: number;
  readonly dollars: number | null;
}

/** Messages of an agent in a rollout: who are you, which one, may I, it is done. */
const MESSAGES = 4;
/** Tokens that each turn adds to the conversation, and that a reply has. */
const PER_TURN = 250;
const PER_REPLY = 80;
/** Tokens of the prompts by which a model reads for the user and words what they say. */
const USER_PROMPT = 900;

/**
 * What a run would use if every agent did as the reference does. Agents wander, so this is an order of magnitude; the
 * limits are what holds. Prompts that a provider caches cost less than is counted here.
 */
export function estimate({ tasks, trials, agents, scripted, user }: EstimateInput): Estimate {
  let [calls, prompt, reply] = [0, 0, 0];
  let dollars: number | null = 0;
  const add = (price: Price | null, asked: number, read: number) => {
    const written = asked * PER_REPLY;
    calls += asked;
    prompt += read;
    reply += written;
    if (price === null) dollars = asked === 0 ? dollars : null;
    else if (dollars !== null) dollars += (read * price.prompt + written * price.reply) / 1_000_000;
  };
  for (const task of tasks) {
    const turns = task.calls + MESSAGES;
    const conversation = turns * task.system + (PER_TURN * turns * (turns + 1)) / 2;
    for (const { price } of agents) add(price, turns * trials, conversation * trials);
    if (user === null) continue;
    // A model is read and answered; what a scripted baseline says is declared and needs no reading.
    const asked = trials * MESSAGES * (2 * agents.length + scripted);
    add(user.price, asked, asked * USER_PROMPT);
  }
  return { calls, prompt, reply, dollars };
}

/** The limit that an estimate is beyond, in words; null when it is within all of them. */
export function overLimit({ calls, prompt, reply, dollars }: Estimate, limits: RunLimits): string | null {
  const { calls: mostCalls, tokens, dollars: mostDollars } = limits;
  if (mostCalls !== null && calls > mostCalls) return `the ${mostCalls.toLocaleString('en')} calls`;
  if (tokens !== null && prompt + reply > tokens) return `the ${tokens.toLocaleString('en')} tokens`;
  return mostDollars !== null && dollars !== null && dollars > mostDollars ? `the $${mostDollars}` : null;
}
