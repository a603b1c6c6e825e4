import { z } from 'zod';
import { parts, type TrainingExample } from '../../dataset/index.ts';
import { jsonLines } from './format.ts';
import { rowFormat, type ReadExample } from './rows.ts';
import { messageColumns, openAiMessageSchema, toolsJson, toolsSchema } from './shapes.ts';

const rowSchema = z.strictObject({
  messages: z.array(openAiMessageSchema),
  tools: toolsSchema,
  parallel_tool_calls: z.literal(false),
});

/** OpenAI's chat fine-tuning format. Its service takes no other keys, so the metadata lies beside, line by line. */
export const openAi = rowFormat<TrainingExample, z.infer<typeof rowSchema>, ReadExample>({
  id: 'openai',
  title: 'OpenAI chat',
  purpose:
    'For fine-tuning services that take OpenAI chat JSON Lines; arguments are JSON text, calls have ids.',
  of: 'examples',
  columns: {
    messages: {
      list: {
        group: messageColumns({
          call: { id: 'text' },
          result: { tool_call_id: 'text' },
          arguments: 'text',
        }),
      },
    },
    tools: 'json',
    parallel_tool_calls: 'bool',
  },
  rows: ({ messages, tools }) => [
    {
      messages: messages.map((message) => ({ ...message })),
      tools: toolsJson(tools),
      parallel_tool_calls: false,
    },
  ],
  schema: rowSchema,
  read: ({ messages, tools }) => ({ messages, tools, metadata: null }),
  beside: ({ examples }) =>
    parts.flatMap((part) => {
      const path = `openai/${part}.metadata.jsonl`;
      const metadata = examples[part].map((example) => example.metadata);
      return metadata.length === 0 ? [] : [{ path, content: jsonLines(path, metadata) }];
    }),
});
