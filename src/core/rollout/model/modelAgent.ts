import type { Domain } from '../../environment/index.ts';
import {
  Conversation,
  defaultConversation,
  modelTools,
  withTools,
  type ConversationSettings,
  type LanguageModel,
  type ModelTool,
} from '../../model/index.ts';
import agentPrompt from '../../prompts/agent.md?raw';
import type { Agent } from '../agent.ts';

/** A language model in the agent's seat. */
export function modelAgent(
  model: LanguageModel,
  settings: ConversationSettings = defaultConversation,
): Agent {
  return {
    identity: { id: model.id, title: model.title, kind: 'model' },
    description: `A language model, running ${model.place}.`,
    start({ domain, random }) {
      const tools = modelTools(domain);
      const system = agentSystemPrompt(domain, tools, model);
      const conversation = new Conversation({
        model,
        settings,
        tools,
        system,
        seed: random.int(0, 2 ** 31 - 1),
      });
      return {
        async next(input, signal) {
          if (input.type === 'user') conversation.tell(input.text);
          else conversation.result(input.call.name, input.content);
          const { note, ...act } = await conversation.next(signal);
          if (act.type === 'say') return { type: 'message', text: act.text, acts: [], note };
          return { type: 'call', call: { name: act.name, arguments: act.arguments }, note };
        },
      };
    },
  };
}

/** The system prompt of a model agent: the same for every task of a domain, so that it stays in the model's cache. */
export function agentSystemPrompt(
  domain: Domain,
  tools: readonly ModelTool[],
  model: Pick<LanguageModel, 'toolMethod'>,
): string {
  return withTools(agentPrompt.replace('{policy}', () => domain.policy.trim()).trim(), tools, model);
}
