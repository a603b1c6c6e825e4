import { InputError } from '#core/environment/index.ts';
import { createRunner, routeRunner, type JobRunner } from '#core/pipeline/index.ts';
import { modelAgent, modelSeat, ruleSeat, type UserSeat } from '#core/rollout/index.ts';
import { KeyRing, Models, providers, splitId, systemClock, type Spent } from '../models/index.ts';
import type { Options, OptionSpecs } from './args.ts';
import type { Io } from './io.ts';

/** Options of commands whose agents or users may be models. */
export const modelOptions: OptionSpecs = {
  user: {
    value: 'WHO',
    help: 'who reads and words for the user when the agent is a model: "rules", or a model',
    fallback: 'rules',
  },
  base: {
    value: 'LIST',
    help: 'other addresses of providers: ollama=http://localhost:9000/v1, separated by commas',
  },
  'at-once': { value: 'N', help: 'requests to one provider at the same time', fallback: '4' },
  'max-calls': { value: 'N', help: 'requests to models in all', fallback: '10000' },
  'max-tokens': { value: 'N', help: 'tokens in all, read and written; no limit when absent' },
};

/** How to name a model, for help texts. */
export const modelHelp = `A model is named provider/model, as in openai/NAME or ollama/NAME. Providers: ${providers.map(({ id }) => id).join(', ')}.
Keys are read from the environment: ${providers
  .filter(({ needsKey }) => needsKey)
  .map(({ id }) => keyVariable(id))
  .join(', ')}.`;

/** True for an agent that is a model. */
export const isModel = (agent: string) => agent.includes('/');

/** Models for one command. */
export interface ChosenModels {
  /** A runner that serves models in this thread and leaves the rest to the pool. */
  route(pool: JobRunner): JobRunner;
  spent(): Spent;
}

/**
 * The models among the agents and the user, opened and checked; undefined when there are none. Throws
 * {@link InputError} for an unknown provider, a missing key or an address that may not be used.
 */
export function chosenModels(options: Options, io: Io, agents: readonly string[]): ChosenModels | undefined {
  const names = agents.filter(isModel);
  const user = options.text('user');
  const named = isModel(user) ? [...names, user] : names;
  if (!isModel(user) && user !== 'rules')
    throw new InputError('--user', `expected "rules" or a model, got '${user}'.`);
  if (named.length === 0) return undefined;
  const models = openModels(options, io, named);
  const opened = new Map(named.map((name) => [name, models.open(name)]));
  const agentOf = (id: string) => {
    const model = opened.get(id);
    return model === undefined ? undefined : modelAgent(model);
  };
  const seat: UserSeat = isModel(user) ? modelSeat(models.open(user)) : ruleSeat;
  const here = createRunner(io.domains, ({ agent }) => ({ agent: agentOf(agent), user: seat }));
  return {
    // A user who is a model is played here, whoever the agent is.
    route: (pool) => routeRunner(here, pool, (agent) => isModel(user) || isModel(agent)),
    spent: () => models.budget.spent,
  };
}

function openModels(options: Options, io: Io, named: readonly string[]): Models {
  const bases = basesOf(options);
  const keys = new KeyRing();
  for (const name of named) {
    const [provider] = splitId(name);
    const key = io.env(keyVariable(provider.id)) ?? '';
    if (key !== '') keys.set(bases[provider.id] ?? provider.base, key);
  }
  const tokens = options.optional('max-tokens');
  return new Models({
    fetch,
    clock: systemClock,
    random: Math.random,
    keys,
    bases,
    gate: { atOnce: options.count('at-once', 1, 1000), perMinute: null },
    limits: {
      calls: options.count('max-calls', 1, 100_000_000),
      tokens: tokens === undefined ? null : options.count('max-tokens', 1, 1_000_000_000),
      dollars: null,
    },
    price: () => null,
  });
}

function basesOf(options: Options): Record<string, string> {
  if (options.optional('base') === undefined) return {};
  return Object.fromEntries(
    options.list('base').map((part) => {
      const at = part.indexOf('=');
      const id = part.slice(0, at);
      if (at < 0 || !providers.some((provider) => provider.id === id))
        throw new InputError(
          '--base',
          `expected provider=address, got '${part}'.`,
          'As in vllm=http://localhost:8000/v1.',
        );
      return [id, part.slice(at + 1)];
    }),
  );
}

function keyVariable(provider: string): string {
  return `${provider.toUpperCase()}_API_KEY`;
}
