import type { Domain } from '#core/environment/index.ts';
import { modelTools, tokensOf, type ToolMethod } from '#core/model/index.ts';
import { agentSystemPrompt } from '#core/rollout/index.ts';

/** About how many tokens a domain takes before a word is said: the agent's system prompt, and its tools where they go apart. */
export function promptTokens(domain: Domain, toolMethod: ToolMethod = 'native'): number {
  const tools = modelTools(domain);
  const system = agentSystemPrompt(domain, tools, { toolMethod });
  const apart = toolMethod === 'native' ? JSON.stringify(tools).length : 0;
  return tokensOf(system.length + apart);
}
