/** What fits: a model into the memory of this machine, a domain into the context of a model. Estimates, and said to be. */
import type { Domain } from '#core/environment/index.ts';
import type { ToolMethod } from '#core/model/index.ts';
import { promptTokens } from '../../../state/promptTokens.ts';

export type Fit = 'fits' | 'tight' | 'no' | 'unknown';

/** Shares of the machine's memory that a tab may take: the rest of it is in use too. */
const EASY = 0.5;
const MOST = 0.8;

/**
 * Whether a model fits.
 * @param memory gigabytes, as the browser rounds them; undefined where it does not tell
 */
export function fitOf(bytes: number, memory: number | undefined): Fit {
  if (memory === undefined) return 'unknown';
  const all = memory * 1_000_000_000;
  if (bytes <= all * EASY) return 'fits';
  return bytes <= all * MOST ? 'tight' : 'no';
}

/** Tokens of a whole conversation with its calls and their results, and of one that is short. */
const CONVERSATION = 4000;
const SHORT = 1500;

/** How much of a model's context a domain takes before a word is said. */
export interface DomainRoom {
  readonly id: string;
  readonly title: string;
  /** Tokens of the policy with its tools, about. */
  readonly prompt: number;
  readonly fit: Exclude<Fit, 'unknown'>;
}

/** Which domains a context of so many tokens can hold. */
export function domainRooms(
  domains: readonly Domain[],
  contextTokens: number,
  toolMethod: ToolMethod = 'grammar',
): readonly DomainRoom[] {
  return domains.map((domain) => {
    const prompt = promptTokens(domain, toolMethod);
    const left = contextTokens - prompt;
    const fit = left >= CONVERSATION ? 'fits' : left >= SHORT ? 'tight' : 'no';
    return { id: domain.id, title: domain.title, prompt, fit };
  });
}
