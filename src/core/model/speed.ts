import { ask, type LanguageModel } from './model.ts';
import { tokensOf } from './tokens.ts';

/** How fast a model answers, in milliseconds. */
export interface Speed {
  /** Of every request, however short. */
  readonly perRequest: number;
  /** Of each token of the prompt that is computed anew. */
  readonly perPromptToken: number;
  readonly perReplyToken: number;
}

/** Requests that {@link measureSpeed} makes. */
export const SPEED_REQUESTS = 2;
const SHORT_WORDS = 20;
const LONG_WORDS = 800;
const REPLY_TOKENS = 48;

/**
 * Asks a model twice, with a short and with a long prompt, and tells the cost of a request from the cost of its
 * tokens. Tokens that a server does not count are estimated.
 * @param nonce begins both prompts, so that nothing of them is in a cache
 * @throws what the model throws
 */
export async function measureSpeed(
  model: LanguageModel,
  nonce: string,
  signal?: AbortSignal,
): Promise<Speed> {
  const short = await timed(model, promptOf(`${nonce} a`, SHORT_WORDS), signal);
  const long = await timed(model, promptOf(`${nonce} b`, LONG_WORDS), signal);
  const slope = (long.first - short.first) / Math.max(1, long.prompt - short.prompt);
  const perPromptToken = Math.max(0, slope);
  return {
    perRequest: Math.max(0, short.first - perPromptToken * short.prompt),
    perPromptToken,
    perReplyToken: (short.writing + long.writing) / Math.max(1, short.reply + long.reply),
  };
}

interface Timed {
  readonly first: number;
  readonly writing: number;
  readonly prompt: number;
  readonly reply: number;
}

async function timed(model: LanguageModel, content: string, signal: AbortSignal | undefined): Promise<Timed> {
  const reply = await ask(
    model,
    {
      messages: [{ role: 'user', content }],
      ...{ tools: [], schema: null, maxTokens: REPLY_TOKENS, temperature: 0, seed: 1 },
    },
    signal,
  );
  const { first, total } = reply.timing;
  return {
    first,
    writing: Math.max(0, total - first),
    prompt: (reply.usage.prompt ?? tokensOf(content.length)) - (reply.usage.cached ?? 0),
    reply: reply.usage.reply ?? tokensOf(reply.text.length + reply.reasoning.length),
  };
}

/** Plain words that mean nothing, and a task that any model goes on with until it is cut. */
function promptOf(nonce: string, words: number): string {
  const filler = Array.from({ length: words }, (_, i) => FILLER[i % FILLER.length]).join(' ');
  return `${nonce}: ${filler}. Now count from one to one hundred in words.`;
}
const FILLER = ['lamp', 'river', 'north', 'paper', 'green', 'table', 'cloud'] as const;
