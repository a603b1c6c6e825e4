import { z } from 'zod';
import { callId, type ChatMessage, type TrainingExample } from '../../dataset/index.ts';
import type { JsonObject } from '../../environment/index.ts';
import { rowFormat, type ReadExample } from './rows.ts';
import { messageColumns, toolsJson, toolsSchema } from './shapes.ts';

const messageSchema = z.union([
  z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }),
  z.strictObject({ role: z.literal('tool'), content: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.null(),
    tool_calls: z
      .array(
        z.strictObject({
          type: z.literal('function'),
          function: z.strictObject({ name: z.string(), arguments: z.string() }),
        }),
      )
      .length(1),
  }),
]);
const rowSchema = z.strictObject({ messages: z.array(messageSchema), tools: toolsSchema });

/** The shape of the method's own release: like OpenAI's, without any ids. */
export const t2t = rowFormat<TrainingExample, z.infer<typeof rowSchema>, ReadExample>({
  id: 't2t',
  title: 'Trajectory2Task release',
  purpose: "For programs written for the method's published training data: no call ids, results in order.",
  of: 'examples',
  columns: {
    messages: { list: { group: messageColumns({ call: {}, result: {}, arguments: 'text' }) } },
    tools: 'json',
  },
  rows: ({ messages, tools }) => [{ messages: messages.map(withoutIds), tools: toolsJson(tools) }],
  schema: rowSchema,
  read({ messages, tools }) {
    let calls = 0;
    const read = messages.map((message): ChatMessage => {
      if (message.role === 'tool') return { ...message, tool_call_id: callId(calls) };
      if (!('tool_calls' in message)) return message;
      calls += 1;
      return {
        ...message,
        tool_calls: message.tool_calls.map((call) => ({ id: callId(calls), ...call })),
      };
    });
    return { messages: read, tools, metadata: null };
  },
});

function withoutIds(message: ChatMessage): JsonObject {
  if (message.role === 'tool') return { role: 'tool', content: message.content };
  if (message.role !== 'assistant' || message.content !== null) return { ...message };
  return {
    role: 'assistant',
    content: null,
    tool_calls: message.tool_calls.map(({ type, function: call }) => ({ type, function: { ...call } })),
  };
}
