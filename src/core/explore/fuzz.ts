import {
  applyCall,
  authenticationCall,
  createRandom,
  isJsonObject,
  sameJson,
  toolCallSchema,
} from '../environment/index.ts';
import type { Domain, Json, JsonObject, Random, State, Tool, ToolCall } from '../environment/index.ts';
import { addCoverage, coverageOf, emptyCoverage } from './coverage.ts';
import type { ExploreInput, Explorer } from './explorer.ts';
import { lift, type Lifted } from './lift.ts';
import { leaves } from './provenance.ts';
import { recordTrajectory, toRequest, type PlannedCall } from './record.ts';
import type { Coverage, Trajectory } from './trajectory.ts';

const MAX_CALLS = 9;
const MAX_POOL = 400;

/**
 * Typed producer/consumer exploration: it knows nothing but the tools' schemas. A parameter consumes values that
 * earlier results, or records of the database, produced under a similar name and the same type. Its failing
 * writes are kept: they are the raw material of infeasible tasks.
 */
export const fuzzExplorer: Explorer = {
  id: 'fuzz',
  title: 'Fuzz explorer',
  description:
    'Knows only the tool schemas: feeds results of calls into parameters with matching names and types.',
  *explore(input: ExploreInput): Generator<Trajectory, Coverage> {
    let coverage = emptyCoverage(input.domain);
    for (let i = 0; i < input.count; i += 1) {
      const seed = `${input.seed}/${i}`;
      const trajectory = fuzzOnce(input, coverage, seed, createRandom(`fuzz/${seed}`));
      coverage = addCoverage(coverage, coverageOf(input.domain, trajectory));
      yield trajectory;
    }
    return coverage;
  },
};

/** Values seen so far, with the names they were seen under. */
class Dictionary {
  readonly #entries: { tokens: ReadonlySet<string>; value: Json }[] = [];

  learn(value: Json, name: string): void {
    for (const leaf of leaves(value)) {
      // Positions in lists say nothing; the name above them does.
      const path = [...name.split('.'), ...leaf.path.split('.')].filter(
        (part) => part !== '' && !/^\d+$/.test(part),
      );
      this.add(leaf.value, path.slice(-2));
    }
    this.#learnKeys(value, name);
  }

  add(value: Json, names: readonly string[]): void {
    if (this.#entries.length >= MAX_POOL * 4) this.#entries.shift();
    this.#entries.push({ tokens: new Set(names.flatMap(tokens)), value });
  }

  // {"paypal_1": {"id": ...}} under "payment_methods" produces payment method ids.
  #learnKeys(value: Json, name: string): void {
    if (Array.isArray(value)) value.forEach((inner: Json) => this.#learnKeys(inner, name));
    if (!isJsonObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (isJsonObject(inner)) this.add(key, [`${name.split('.').at(-1) ?? ''}_id`]);
      this.#learnKeys(inner, key);
    }
  }

  /** Values of a type whose names share most words with a parameter's. */
  matching(parameter: string, type: string): Json[] {
    const wanted = tokens(parameter);
    let best = 0;
    let found: Json[] = [];
    for (const entry of this.#entries) {
      if (typeof entry.value !== type) continue;
      const score = wanted.filter((token) => entry.tokens.has(token)).length;
      if (score === 0 || score < best) continue;
      if (score > best) found = [];
      best = score;
      found.push(entry.value);
    }
    return found.slice(-MAX_POOL);
  }
}

const tokens = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((token) => token !== '' && token !== 'new')
    .map((token) => token.replace(/s$/, ''));

function fuzzOnce(input: ExploreInput, coverage: Coverage, seed: string, random: Random): Trajectory {
  const { domain, state: initial } = input;
  const dictionary = seedDictionary(domain, initial, random);
  let state = initial;
  const calls: PlannedCall[] = [];
  let lifted: Lifted | undefined;
  for (let i = 0; i < MAX_CALLS && lifted === undefined; i += 1) {
    const call = nextCall(domain, dictionary, coverage, calls, random);
    if (call === undefined) break;
    const outcome = applyCall(domain, state, call);
    calls.push({ call, request: null });
    if (outcome.ok) dictionary.learn(outcome.result, call.name);
    if (domain.tool(call.name)?.kind === 'write') lifted = lift(domain, state, call, random);
    state = outcome.state;
  }
  const userId = lifted?.grounding.userId ?? null;
  const identity = userId === null ? {} : domain.identity.facts(initial, userId);
  const way = domain.identity.ways[0];
  const authenticate = way === undefined ? undefined : authenticationCall(way, identity);
  const request = lifted === undefined ? undefined : toRequest('r1', lifted.grounding);
  const plan: PlannedCall[] = [
    ...(authenticate === undefined ? [] : [{ call: authenticate, request: null }]),
    ...calls.map((planned) =>
      planned.call === lifted?.call && request ? { ...planned, request: request.id } : planned,
    ),
  ];
  const head = {
    database: input.database,
    explorer: fuzzExplorer.id,
    seed,
    userId,
    identity,
    requests: request === undefined ? [] : [request],
    problem: problemOf(lifted, calls.length),
  };
  const recorded = recordTrajectory(domain, initial, head, plan);
  return {
    ...recorded,
    steps: recorded.steps.map((step) => ({ ...step, sources: step.sources.map(fromDatabase) })),
    problem: head.problem,
  };
}

// The fuzz explorer starts from values of the database, so that is where an unexplained argument came from.
const fromDatabase = <T extends { source: unknown }>(argument: T): T =>
  argument.source === null ? { ...argument, source: { type: 'database' as const } } : argument;

function problemOf(lifted: Lifted | undefined, calls: number): Trajectory['problem'] {
  if (lifted === undefined)
    return { code: 'no-write', reason: `None of ${calls} calls was a write that an intent explains.` };
  const [broken] = lifted.grounding.broken;
  if (broken !== undefined) return { code: broken.rule.id, reason: broken.violation.reason };
  return lifted.grounding.toolAccepts === false
    ? { code: 'tool-error', reason: 'The tool rejected the write.' }
    : null;
}

function seedDictionary(domain: Domain, state: State, random: Random): Dictionary {
  const dictionary = new Dictionary();
  for (const table of Object.keys(state.base)) {
    const ids = state.ids(table);
    for (let i = 0; i < 3 && ids.length > 0; i += 1) {
      const id = random.pick(ids);
      dictionary.add(id, [`${table.replace(/s$/, '')}_id`]);
      dictionary.learn(state.get(table, id) ?? {}, table);
    }
  }
  for (const tool of domain.tools)
    for (const [name, choice] of choicesOf(tool)) dictionary.add(choice, [name]);
  return dictionary;
}

function choicesOf(tool: Tool): [string, Json][] {
  const properties = isJsonObject(tool.jsonSchema.properties) ? tool.jsonSchema.properties : {};
  return Object.entries(properties).flatMap(([name, schema]) =>
    isJsonObject(schema) && Array.isArray(schema.enum)
      ? schema.enum.map((choice: Json): [string, Json] => [name, choice])
      : [],
  );
}

function nextCall(
  domain: Domain,
  dictionary: Dictionary,
  coverage: Coverage,
  calls: readonly PlannedCall[],
  random: Random,
): ToolCall | undefined {
  // Writes become likelier as records become known; a transfer would end the run.
  const usable = domain.tools.filter(
    (tool) => tool.kind !== 'transfer' && (calls.length > 1 || tool.kind !== 'write'),
  );
  const ranked = random
    .shuffle(usable)
    .map((tool) => ({
      tool,
      rank:
        (coverage.tools[tool.name] ?? 0) / 4 +
        random.next() * 4 -
        (tool.kind === 'write' ? calls.length / 2 : 0),
    }))
    .sort((a, b) => a.rank - b.rank);
  for (const { tool } of ranked) {
    const args = fillArguments(tool, dictionary, random);
    if (args === undefined) continue;
    const call = { name: tool.name, arguments: args };
    if (calls.some((earlier) => sameJson(earlier.call, call))) continue;
    if (tool.parameters.safeParse(args).success && toolCallSchema.safeParse(call).success) return call;
  }
  return undefined;
}

function fillArguments(tool: Tool, dictionary: Dictionary, random: Random): JsonObject | undefined {
  const properties = isJsonObject(tool.jsonSchema.properties) ? tool.jsonSchema.properties : {};
  const args: Record<string, Json> = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (!isJsonObject(schema)) return undefined;
    const value = tool.freeText.includes(name) ? 'Exploring.' : valueFor(name, schema, dictionary, random);
    if (value === undefined) return undefined;
    args[name] = value;
  }
  return args;
}

function valueFor(
  name: string,
  schema: JsonObject,
  dictionary: Dictionary,
  random: Random,
): Json | undefined {
  if (Array.isArray(schema.enum)) return random.pick(schema.enum as readonly Json[]);
  if (schema.type === 'array' && isJsonObject(schema.items)) {
    const one = valueFor(name, schema.items, dictionary, random);
    return one === undefined ? undefined : [one];
  }
  if (schema.type === 'boolean') return random.chance(0.5);
  const type = schema.type === 'integer' ? 'number' : schema.type;
  if (type !== 'string' && type !== 'number') return undefined;
  const values = dictionary.matching(name, type);
  return values.length === 0 ? undefined : random.pick(values);
}
