import {
  applyCall,
  authenticationCall,
  createRandom,
  identifiedUser,
  renderContent,
} from '../environment/index.ts';
import type { DatabaseRef, Domain, Random, State, ToolCall } from '../environment/index.ts';
import {
  Conversation,
  defaultConversation,
  modelTools,
  withTools,
  type ConversationSettings,
  type LanguageModel,
  type ModelNote,
} from '../model/index.ts';
import { promptsDigest } from '../prompts/index.ts';
import explorerPrompt from '../prompts/explorer.md?raw';
import { addCoverage, coverageOf, emptyCoverage } from './coverage.ts';
import { trajectoryOfCalls } from './lift.ts';
import { brokenRules } from './rules.ts';
import type { Coverage, Trajectory } from './trajectory.ts';

/** What a model that explores works with. */
export interface ModelExploreInput {
  readonly domain: Domain;
  readonly state: State;
  readonly database: DatabaseRef;
  readonly model: LanguageModel;
  readonly seed: string;
  /** Runs wanted. */
  readonly count: number;
  /** What others have explored already. */
  readonly coverage?: Coverage;
  readonly settings?: ConversationSettings;
  /** Calls after which a run is ended. */
  readonly maxCalls?: number;
}

/** One run: what it left, and how the model came to each of its turns. */
export interface ModelExploration {
  readonly trajectory: Trajectory;
  readonly notes: readonly ModelNote[];
}

/** Where trajectories of a model come from, as they say it themselves. */
export function modelOrigin(model: string): string {
  return `model ${model}, prompts ${promptsDigest}`;
}

const MAX_CALLS = 30;
const GOALS = 5;

/**
 * Lets a model explore: one call a turn, the policy checked before every write, goals from what is covered least.
 * What it leaves is held to the same checks as what scripted explorers leave, in the same form. A model that gives
 * no usable reply ends its run, not the exploration; failures of its server end both and are thrown.
 */
export async function* exploreWithModel(
  input: ModelExploreInput,
  signal?: AbortSignal,
): AsyncGenerator<ModelExploration, Coverage> {
  const { domain, state, database, model } = input;
  let coverage = input.coverage ?? emptyCoverage(domain);
  const users = state.ids(domain.identity.table);
  for (let i = 0; i < input.count && users.length > 0; i += 1) {
    const seed = `${input.seed}/${i}`;
    const random = createRandom(`model/${seed}`);
    const { calls, notes } = await exploreOnce(input, random.pick(users), coverage, random, signal);
    const origin = modelOrigin(model.id);
    const trajectory = trajectoryOfCalls({ domain, state, database, calls, origin, seed });
    coverage = addCoverage(coverage, coverageOf(domain, trajectory));
    yield { trajectory, notes };
  }
  return coverage;
}

async function exploreOnce(
  input: ModelExploreInput,
  userId: string,
  coverage: Coverage,
  random: Random,
  signal: AbortSignal | undefined,
): Promise<{ calls: ToolCall[]; notes: ModelNote[] }> {
  const { domain, model, settings = defaultConversation, maxCalls = MAX_CALLS } = input;
  // A run that is handed over has ended, so that tool is not offered.
  const tools = modelTools({ tools: domain.tools.filter(({ kind }) => kind !== 'transfer') });
  const system = withTools(promptFor(input, userId, coverage, random), tools, model);
  const conversation = new Conversation({ model, settings, tools, system, seed: random.int(0, 2 ** 31 - 1) });
  conversation.tell('Begin.');
  const calls: ToolCall[] = [];
  const notes: ModelNote[] = [];
  let { state } = input;
  let identified: string | null = null;
  try {
    for (let n = 0; n < maxCalls; n += 1) {
      const { note, ...act } = await conversation.next(signal);
      notes.push(note);
      if (act.type === 'say') break;
      const call = { name: act.name, arguments: act.arguments };
      const situation = { userId: identified, confirmed: true, earlier: calls };
      const isWrite = domain.tool(call.name)?.kind === 'write';
      const [broken] = isWrite ? brokenRules(domain, state, call, situation) : [];
      if (broken !== undefined) {
        conversation.result(call.name, `Not run: the policy forbids it. ${broken.violation.reason}`);
        continue;
      }
      const outcome = applyCall(domain, state, call);
      state = outcome.state;
      if (outcome.ok) identified ??= identifiedUser(domain, call.name, outcome.result);
      calls.push(call);
      conversation.result(call.name, renderContent(domain, outcome));
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ConversationError')) throw error;
  }
  return { calls, notes };
}

function promptFor(
  { domain, state }: ModelExploreInput,
  userId: string,
  coverage: Coverage,
  random: Random,
): string {
  const facts = domain.identity.facts(state, userId);
  const way = domain.identity.ways.find((one) => authenticationCall(one, facts) !== undefined);
  const told = Object.values(way?.arguments ?? {}).map(
    (fact) => `${fact.replaceAll('_', ' ')}: ${facts[fact] ?? ''}`,
  );
  const goals = random
    .shuffle(domain.intents.filter(({ tool }) => tool !== undefined))
    .sort((a, b) => (coverage.intents[a.id] ?? 0) - (coverage.intents[b.id] ?? 0))
    .slice(0, GOALS)
    .map(({ title, tool }) => `- ${title} (${tool ?? ''})`);
  return explorerPrompt
    .replace('{facts}', () => told.join(', '))
    .replace('{goals}', () => goals.join('\n'))
    .replace('{policy}', () => domain.policy.trim())
    .trim();
}
