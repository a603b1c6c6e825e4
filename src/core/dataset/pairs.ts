import { sameJson } from '../environment/index.ts';
import { endingWithAssistant, type ChatMessage, type TrainingExample } from './examples.ts';

/** How much of the two conversations a pair compares. */
export type PairSpan =
  /** Everything after the shared beginning, with the user's answers and the tools' results. */
  | 'rest'
  /** The first turn of the assistant that differs, alone. */
  | 'turn';

/** A rollout that passed and one that failed, of one task: how the better one goes on from where they part. */
export interface PreferencePair {
  readonly prompt: readonly ChatMessage[];
  readonly chosen: readonly ChatMessage[];
  readonly rejected: readonly ChatMessage[];
  readonly tools: TrainingExample['tools'];
  readonly metadata: TrainingExample['metadata'] & {
    readonly rejected_agent: string;
    readonly rejected_agent_kind: string;
    readonly rejected_trial: number;
    readonly rejected_reward: number | null;
  };
}

/**
 * Pairs of one task. Each rollout is used once; one that failed in the same trial is preferred, because its user says
 * the same in the same words. Two conversations that do not part in a turn of the assistant make no pair: then it was
 * not the assistant who made the difference.
 * @param most pairs per task
 */
export function preferencePairs(
  passed: readonly TrainingExample[],
  failed: readonly TrainingExample[],
  span: PairSpan,
  most: number,
): PreferencePair[] {
  const left = new Set(failed);
  const pairs: PreferencePair[] = [];
  for (const better of passed) {
    if (pairs.length >= most) break;
    const { trial } = better.metadata;
    const ordered = [...left].sort(
      (a, b) => Number(b.metadata.trial === trial) - Number(a.metadata.trial === trial),
    );
    for (const worse of ordered) {
      const pair = pairOf(better, worse, span);
      if (pair === undefined) continue;
      left.delete(worse);
      pairs.push(pair);
      break;
    }
  }
  return pairs;
}

function pairOf(better: TrainingExample, worse: TrainingExample, span: PairSpan): PreferencePair | undefined {
  const at = parting(better.messages, worse.messages);
  if (at === undefined) return undefined;
  const from = (messages: readonly ChatMessage[]) =>
    span === 'turn' ? messages.slice(at, at + 1) : endingWithAssistant(messages.slice(at));
  return {
    prompt: better.messages.slice(0, at),
    chosen: from(better.messages),
    rejected: from(worse.messages),
    tools: better.tools,
    metadata: {
      ...better.metadata,
      rejected_agent: worse.metadata.agent,
      rejected_agent_kind: worse.metadata.agent_kind,
      rejected_trial: worse.metadata.trial,
      rejected_reward: worse.metadata.reward,
    },
  };
}

/**
 * Where two conversations part: the first message that differs, if it is the assistant's in both. When it is the
 * user's or a tool's, only the wording or the world differed, and there is nothing to prefer.
 */
function parting(a: readonly ChatMessage[], b: readonly ChatMessage[]): number | undefined {
  const at = a.findIndex((message, i) => !sameJson(message, b[i]));
  return at > 0 && a[at]?.role === 'assistant' && b[at]?.role === 'assistant' ? at : undefined;
}
