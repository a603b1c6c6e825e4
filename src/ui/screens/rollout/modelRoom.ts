import type { Domain } from '#core/environment/index.ts';
import type { ToolMethod } from '#core/model/index.ts';
import { domainRooms } from '../settings/tab/fit.ts';

/**
 * Domains whose policy and tools leave a model no room for a conversation, or only for a short one, in words. By the same
 * rule as in Settings: four characters count as one token.
 */
export function lacksRoom(
  title: string,
  domains: readonly Domain[],
  contextTokens: number,
  toolMethod: ToolMethod,
): readonly string[] {
  return domainRooms(domains, contextTokens, toolMethod).flatMap((room) => {
    if (room.fit === 'fits') return [];
    const what = `${title} has room for ${contextTokens.toLocaleString('en')} tokens, and the policy and tools of ${room.title} take about ${room.prompt.toLocaleString('en')} (counting four characters as one).`;
    return room.fit === 'no'
      ? [
          `${what} Its rollouts would end when the context is full. Choose another domain or model, or load it with more room.`,
        ]
      : [`${what} Only short conversations fit; longer ones end when the context is full.`];
  });
}
