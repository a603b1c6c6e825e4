import { requestorOf } from '../environment/index.ts';
import type { Domain, JsonObject } from '../environment/index.ts';
import type { Verdict } from '../evaluate/index.ts';
import type { Rollout } from '../rollout/index.ts';
import type { TaskDraft } from '../transform/index.ts';

/** One message of a training example, in the shape of OpenAI's chat format. */
export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: null;
      readonly tool_calls: readonly {
        readonly id: string;
        readonly type: 'function';
        readonly function: { readonly name: string; readonly arguments: string };
      }[];
    }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

/** A training example: a conversation with its tools, and where it comes from. */
export interface TrainingExample {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly {
    readonly type: 'function';
    readonly function: {
      readonly name: string;
      readonly description: string;
      readonly parameters: JsonObject;
    };
  }[];
  readonly metadata: {
    readonly task: string;
    readonly condition: string;
    readonly kinds: readonly string[];
    readonly agent: string;
    /** "scripted" examples are behaviours of a baseline, not of a model. */
    readonly agent_kind: string;
    readonly trial: number;
    readonly reward: number | null;
    readonly trajectory: string;
  };
}

/** The tools of a domain as function definitions, sorted by name. */
export function toolDefinitions(domain: Domain): TrainingExample['tools'] {
  return [...domain.tools]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((tool) => ({
      type: 'function' as const,
      function: { name: tool.name, description: tool.description, parameters: tool.jsonSchema },
    }));
}

/** A rollout as a training example. One call per assistant turn, and never text and call in one turn. */
export function toExample(
  domain: Domain,
  task: TaskDraft,
  rollout: Rollout,
  verdict: Pick<Verdict, 'reward'>,
): TrainingExample {
  const messages: ChatMessage[] = [{ role: 'system', content: domain.policy }];
  // What users do with tools of their own is not the agent's to learn: it hears of it in their next message.
  const own = new Set(
    rollout.events.flatMap((event) =>
      event.type === 'tool-call' && requestorOf(event.call) === 'user' ? [event.index] : [],
    ),
  );
  for (const event of rollout.events) {
    if (own.has(event.type === 'tool-result' ? event.call : event.index)) continue;
    if (event.type === 'user-message') messages.push({ role: 'user', content: event.text });
    else if (event.type === 'agent-message') messages.push({ role: 'assistant', content: event.text });
    else if (event.type === 'tool-call')
      messages.push({
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: `call_${event.index}`,
            type: 'function',
            function: { name: event.call.name, arguments: JSON.stringify(event.call.arguments) },
          },
        ],
      });
    else if (event.type === 'tool-result')
      messages.push({ role: 'tool', tool_call_id: `call_${event.call}`, content: event.content });
  }
  return {
    messages: withoutTrailingUser(messages),
    tools: toolDefinitions(domain),
    metadata: {
      task: task.id,
      condition: task.condition,
      kinds: task.kinds,
      agent: rollout.agent.id,
      agent_kind: rollout.agent.kind,
      trial: rollout.trial,
      reward: verdict.reward,
      trajectory: task.provenance.trajectory,
    },
  };
}

// The last word of the user teaches an assistant nothing.
function withoutTrailingUser(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.at(-1)?.role === 'user' ? messages.slice(0, -1) : [...messages];
}

/** Examples as JSON Lines, a newline after each. */
export function toJsonLines(examples: readonly TrainingExample[]): string {
  return examples.map((example) => `${JSON.stringify(example)}\n`).join('');
}
