import { z } from 'zod';
import { callId, type ChatMessage, type TrainingExample } from '../../dataset/index.ts';
import { jsonObjectSchema, type JsonObject } from '../../environment/index.ts';
import { rowFormat, type ReadExample } from './rows.ts';
import { argumentsOf, metadataColumns, metadataSchema } from './shapes.ts';

const turnSchema = z.strictObject({
  from: z.enum(['human', 'gpt', 'function_call', 'observation']),
  value: z.string(),
});
const callSchema = z.strictObject({ name: z.string(), arguments: jsonObjectSchema });
const functionsSchema = z.array(
  z.strictObject({ name: z.string(), description: z.string(), parameters: jsonObjectSchema }),
);
const rowSchema = z.strictObject({
  conversations: z.array(turnSchema),
  system: z.string(),
  tools: z.string(),
  metadata: metadataSchema,
});

/**
 * ShareGPT as LLaMA-Factory reads it: the other side on odd places, the model on even ones, calls and tools as JSON
 * text. A conversation that does not take turns like that cannot be written, and makes no row.
 */
export const llamaFactory = rowFormat<TrainingExample, z.infer<typeof rowSchema>, ReadExample>({
  id: 'llama-factory',
  title: 'LLaMA-Factory ShareGPT',
  purpose: 'For LLaMA-Factory: name this folder as its dataset_dir, dataset_info.json registers the files.',
  of: 'examples',
  columns: {
    conversations: { list: { group: { from: 'text', value: 'text' } } },
    system: 'text',
    tools: 'text',
    metadata: { group: metadataColumns },
  },
  rows({ messages, tools, metadata }) {
    const [first, ...rest] = messages;
    const conversations = rest.map(turnOf);
    if (first?.role !== 'system' || !takesTurns(conversations)) return [];
    const functions = tools.map(({ function: { name, description, parameters } }) => ({
      name,
      description,
      parameters,
    }));
    return [{ conversations, system: first.content, tools: JSON.stringify(functions), metadata }];
  },
  schema: rowSchema,
  read({ conversations, system, tools, metadata }) {
    const functions = functionsSchema.parse(JSON.parse(tools));
    return {
      messages: [{ role: 'system', content: system }, ...messagesOf(conversations)],
      tools: functions.map((definition) => ({ type: 'function' as const, function: definition })),
      metadata: metadata ?? null,
    };
  },
  beside: ({ name }, written) =>
    written.length === 0
      ? []
      : [
          {
            path: 'llama-factory/dataset_info.json',
            content: `${JSON.stringify(
              Object.fromEntries(written.map((part) => [`${name}_${part}`, registered(`${part}.jsonl`)])),
              null,
              2,
            )}\n`,
          },
        ],
});

const registered = (file: string) => ({
  file_name: file,
  formatting: 'sharegpt',
  columns: { messages: 'conversations', system: 'system', tools: 'tools' },
  tags: {
    role_tag: 'from',
    content_tag: 'value',
    user_tag: 'human',
    assistant_tag: 'gpt',
    observation_tag: 'observation',
    function_tag: 'function_call',
  },
});

function turnOf(message: ChatMessage): { from: string; value: string } {
  if (message.role === 'tool') return { from: 'observation', value: message.content };
  if (message.role !== 'assistant') return { from: 'human', value: message.content };
  if (message.content !== null) return { from: 'gpt', value: message.content };
  const [call] = message.tool_calls;
  const written: JsonObject = {
    name: call?.function.name ?? '',
    arguments: argumentsOf(call?.function.arguments ?? '{}'),
  };
  return { from: 'function_call', value: JSON.stringify(written) };
}

function takesTurns(turns: readonly { readonly from: string }[]): boolean {
  const models = ['gpt', 'function_call'];
  return (
    turns.length > 0 &&
    turns.length % 2 === 0 &&
    turns.every(({ from }, at) => models.includes(from) === (at % 2 === 1))
  );
}

function messagesOf(turns: readonly z.infer<typeof turnSchema>[]): ChatMessage[] {
  let calls = 0;
  return turns.map(({ from, value }): ChatMessage => {
    if (from === 'human') return { role: 'user', content: value };
    if (from === 'gpt') return { role: 'assistant', content: value };
    if (from === 'observation') return { role: 'tool', tool_call_id: callId(calls), content: value };
    calls += 1;
    const { name, arguments: args } = callSchema.parse(JSON.parse(value));
    return {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: callId(calls), type: 'function', function: { name, arguments: JSON.stringify(args) } },
      ],
    };
  });
}
