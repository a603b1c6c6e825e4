import { z } from 'zod';
import type { TrainingExample } from '../../dataset/index.ts';
import { rowFormat, type ReadExample } from './rows.ts';
import {
  fromNamedMessages,
  metadataColumns,
  metadataSchema,
  namedColumns,
  namedMessages,
  namedMessageSchema,
  toolsJson,
  toolsSchema,
} from './shapes.ts';

const rowSchema = z.strictObject({
  messages: z.array(namedMessageSchema),
  tools: toolsSchema,
  metadata: metadataSchema,
});

/** TRL's conversational format: whole conversations, for a loss on the assistant's turns alone. */
export const trl = rowFormat<TrainingExample, z.infer<typeof rowSchema>, ReadExample>({
  id: 'trl',
  title: 'TRL conversations',
  purpose:
    'For SFTTrainer of TRL and for chat templates of transformers; arguments are objects (JSON text in Parquet).',
  of: 'examples',
  columns: {
    messages: { list: { group: namedColumns } },
    tools: 'json',
    metadata: { group: metadataColumns },
  },
  rows: ({ messages, tools, metadata }) => [
    { messages: namedMessages(messages), tools: toolsJson(tools), metadata },
  ],
  schema: rowSchema,
  read: ({ messages, tools, metadata }) => ({
    messages: fromNamedMessages(messages),
    tools,
    metadata: metadata ?? null,
  }),
});
