import { ModelError, NetworkError, type LanguageModel } from '#core/model/index.ts';
import type { Clock } from './clock.ts';

/** How often and how long to try again. */
export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** Milliseconds before the first of them; doubles each time. */
  readonly base: number;
  /** The longest wait, also for what a server asks for: a longer one fails at once. */
  readonly longest: number;
}

export const defaultRetries: RetryPolicy = { retries: 4, base: 1000, longest: 60_000 };

/**
 * A model whose passing failures are tried again: with exponential waits and jitter, or as long as the server says.
 * Listeners get a `retry` event, after which the reply begins anew.
 * @param random a number in [0, 1): spreads those that failed together
 */
export function withRetries(
  model: LanguageModel,
  policy: RetryPolicy,
  clock: Clock,
  random: () => number,
): LanguageModel {
  return {
    ...model,
    async *stream(request, signal) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          yield* model.stream(request, signal);
          return;
        } catch (error) {
          signal?.throwIfAborted();
          const wait = waitOf(error, attempt, policy, random);
          if (wait === null) throw error;
          yield {
            type: 'retry',
            attempt,
            wait,
            reason: error instanceof Error ? error.message : String(error),
          };
          await clock.sleep(wait, signal);
        }
      }
    },
  };
}

function waitOf(error: unknown, attempt: number, policy: RetryPolicy, random: () => number): number | null {
  if (!(error instanceof ModelError || error instanceof NetworkError) || !error.isRetryable) return null;
  if (attempt > policy.retries) return null;
  const asked = error instanceof ModelError ? error.retryAfter : null;
  if (asked !== null) return asked > policy.longest ? null : asked;
  return Math.min(policy.longest, policy.base * 2 ** (attempt - 1)) * (0.5 + random() / 2);
}
