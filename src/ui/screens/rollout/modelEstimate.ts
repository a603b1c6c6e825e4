import type { Speed } from '#core/model/index.ts';
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

/** What one model of a run will be asked. */
export interface Load {
  readonly calls: number;
  readonly prompt: number;
  /** The part of the prompt that an engine which remembers the beginning of each conversation computes. */
  readonly fresh: number;
  readonly reply: number;
}

/** About what a run will use. `dollars` is null when a price is missing. */
export interface Estimate {
  readonly calls: number;
  readonly prompt: number;
  readonly reply: number;
  /** Of the models in the agent's seat, in their order, and then of the one that speaks for the user. */
  readonly loads: readonly Load[];
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
  const loads: Load[] = [];
  let dollars: number | null = 0;
  const add = (price: Price | null, { calls, prompt, fresh }: Omit<Load, 'reply'>) => {
    const reply = calls * PER_REPLY;
    loads.push({ calls, prompt, fresh, reply });
    if (price === null) dollars = calls === 0 ? dollars : null;
    else if (dollars !== null) dollars += (prompt * price.prompt + reply * price.reply) / 1_000_000;
  };
  for (const { price } of agents) {
    const each = tasks.map(({ calls, system }) => {
      const turns = calls + MESSAGES;
      return {
        calls: turns,
        prompt: turns * system + (PER_TURN * turns * (turns + 1)) / 2,
        fresh: system + PER_TURN * turns,
      };
    });
    const sum = (key: 'calls' | 'prompt' | 'fresh') =>
      trials * each.reduce((total, one) => total + one[key], 0);
    add(price, { calls: sum('calls'), prompt: sum('prompt'), fresh: sum('fresh') });
  }
  if (user !== null) {
    // A model is read and answered; what a scripted baseline says is declared and needs no reading.
    const calls = tasks.length * trials * MESSAGES * (2 * agents.length + scripted);
    add(user.price, { calls, prompt: calls * USER_PROMPT, fresh: calls * USER_PROMPT });
  }
  const total = (key: keyof Load) => loads.reduce((sum, load) => sum + load[key], 0);
  return { calls: total('calls'), prompt: total('prompt'), reply: total('reply'), loads, dollars };
}

/**
 * About how long the models of a run will take, in seconds: if every engine remembers the beginnings of its
 * conversations, and if none does. Null where the speed of one is not known.
 * @param atOnce rollouts at the same time
 */
export function secondsOf(
  loads: readonly Load[],
  speeds: readonly (Speed | null)[],
  atOnce: number,
): readonly [number, number] | null {
  let [least, most] = [0, 0];
  for (const [i, { calls, prompt, fresh, reply }] of loads.entries()) {
    const speed = speeds[i] ?? null;
    if (speed === null) return null;
    const rest = calls * speed.perRequest + reply * speed.perReplyToken;
    least += rest + fresh * speed.perPromptToken;
    most += rest + prompt * speed.perPromptToken;
  }
  return [least / 1000 / atOnce, most / 1000 / atOnce];
}

/** The limit that an estimate is beyond, in words; null when it is within all of them. */
export function overLimit({ calls, prompt, reply, dollars }: Estimate, limits: RunLimits): string | null {
  const { calls: mostCalls, tokens, dollars: mostDollars } = limits;
  if (mostCalls !== null && calls > mostCalls) return `the ${mostCalls.toLocaleString('en')} calls`;
  if (tokens !== null && prompt + reply > tokens) return `the ${tokens.toLocaleString('en')} tokens`;
  return mostDollars !== null && dollars !== null && dollars > mostDollars ? `the $${mostDollars}` : null;
}
