import { z } from 'zod';
import type { ChatMessage, TrainingExample } from '../../dataset/index.ts';
import { rowFormat, type ReadExample } from './rows.ts';
import {
  callsIn,
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
  prompt: z.array(namedMessageSchema),
  completion: z.array(namedMessageSchema).length(1),
  tools: toolsSchema,
  metadata: metadataSchema,
});

/** An example that ends with the turn to learn. */
export interface ReadTurn extends ReadExample {
  readonly completion: ChatMessage;
}

/** TRL's prompt-completion format: one row per turn of the assistant, everything before it as the prompt. */
export const trlTurns = rowFormat<TrainingExample, z.infer<typeof rowSchema>, ReadTurn>({
  id: 'trl-turns',
  title: 'TRL prompt and completion',
  purpose:
    'For SFTTrainer of TRL with models whose chat template cannot mark the assistant: one row per turn, so it is larger.',
  of: 'examples',
  columns: {
    prompt: { list: { group: namedColumns } },
    completion: { list: { group: namedColumns } },
    tools: 'json',
    metadata: { group: metadataColumns },
  },
  rows({ messages, tools, metadata }) {
    const named = namedMessages(messages);
    const written = toolsJson(tools);
    return messages.flatMap((message, at) =>
      message.role === 'assistant'
        ? [
            {
              prompt: named.slice(0, at),
              completion: named.slice(at, at + 1),
              tools: written,
              metadata,
            },
          ]
        : [],
    );
  },
  schema: rowSchema,
  read({ prompt, completion, tools, metadata }) {
    const before = fromNamedMessages(prompt);
    const [last] = fromNamedMessages(completion, callsIn(before));
    if (last === undefined) throw new TypeError('a completion of one message has a message');
    return { messages: before, completion: last, tools, metadata: metadata ?? null };
  },
});
