import { z } from 'zod';
import { requestorOf, type DatabaseRef, type Domain, type JsonObject } from '../environment/index.ts';
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
  readonly metadata: ExampleMetadata;
}

/** Where an example comes from. Goes with every row of every format that has room for it. */
export const exampleMetadataSchema = z.strictObject({
  task: z.string(),
  domain: z.string(),
  /** Names the database, as {@link databaseName} writes it. */
  database: z.string(),
  condition: z.string(),
  kinds: z.array(z.string()).readonly(),
  agent: z.string(),
  /** "scripted" examples are behaviours of a baseline, not of a model. */
  agent_kind: z.string(),
  trial: z.int().nonnegative(),
  reward: z.number().nullable(),
  trajectory: z.string(),
});
export type ExampleMetadata = z.infer<typeof exampleMetadataSchema>;

/** A short name of a database, the same for the same content: "retail seed 1, 100 users", "db.json (1f2e3d4c)". */
export function databaseName(ref: DatabaseRef): string {
  return ref.kind === 'seed'
    ? `${ref.domain} seed ${ref.seed}, ${ref.size} users`
    : `${ref.name} (${ref.digest.slice(0, 8)})`;
}

/** The assistant's tools of a domain as function definitions, sorted by name. */
export function toolDefinitions(domain: Domain): TrainingExample['tools'] {
  return domain.tools
    .filter((tool) => tool.holder === 'assistant')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((tool) => ({
      type: 'function' as const,
      function: { name: tool.name, description: tool.description, parameters: tool.jsonSchema },
    }));
}

/**
 * A rollout as a training example. One call per assistant turn, and never text and call in one turn. It ends with the
 * last thing that the assistant did: nothing that comes after it teaches an assistant anything.
 */
export function toExample(
  domain: Domain,
  task: TaskDraft,
  rollout: Rollout,
  verdict: Pick<Verdict, 'reward'>,
): TrainingExample {
  return {
    messages: endingWithAssistant(chatMessages(domain, rollout)),
    tools: toolDefinitions(domain),
    metadata: {
      task: task.id,
      domain: task.domain,
      database: databaseName(task.database),
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

/** What the agent saw and did, in order, the policy first: what a user did with tools of their own, it did not see. */
export function chatMessages(domain: Domain, rollout: Pick<Rollout, 'events'>): ChatMessage[] {
  const messages: ChatMessage[] = [{ role: 'system', content: domain.policy }];
  const ids = new Map<number, string>();
  for (const event of rollout.events) {
    if (event.type === 'user-message') messages.push({ role: 'user', content: event.text });
    else if (event.type === 'agent-message') messages.push({ role: 'assistant', content: event.text });
    else if (event.type === 'tool-call') {
      if (requestorOf(event.call) === 'user') continue;
      ids.set(event.index, callId(ids.size + 1));
      messages.push({
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: callId(ids.size),
            type: 'function',
            function: { name: event.call.name, arguments: JSON.stringify(event.call.arguments) },
          },
        ],
      });
    } else if (event.type === 'tool-result') {
      const id = ids.get(event.call);
      if (id !== undefined) messages.push({ role: 'tool', tool_call_id: id, content: event.content });
    }
  }
  return messages;
}

/** The id of a conversation's n-th call: nine letters and digits, which is what the strictest chat templates take. */
export function callId(n: number): string {
  return `call${String(n).padStart(5, '0')}`;
}

/** The messages up to the last one of the assistant. */
export function endingWithAssistant(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.slice(0, messages.findLastIndex(({ role }) => role === 'assistant') + 1);
}
