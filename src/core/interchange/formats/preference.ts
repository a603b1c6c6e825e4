import { z } from 'zod';
import type { ChatMessage, PreferencePair } from '../../dataset/index.ts';
import { exampleMetadataSchema } from '../../dataset/index.ts';
import { rowFormat } from './rows.ts';
import {
  callsIn,
  fromNamedMessages,
  metadataColumns,
  namedColumns,
  namedMessages,
  namedMessageSchema,
  toolsJson,
  toolsSchema,
} from './shapes.ts';

const rowSchema = z.strictObject({
  prompt: z.array(namedMessageSchema),
  chosen: z.array(namedMessageSchema),
  rejected: z.array(namedMessageSchema),
  tools: toolsSchema,
  metadata: exampleMetadataSchema
    .extend({
      rejected_agent: z.string(),
      rejected_agent_kind: z.string(),
      rejected_trial: z.int().nonnegative(),
      rejected_reward: z.number().nullable(),
    })
    .optional(),
});

/** A pair as it was read: without metadata where the row has none. */
export type ReadPair = Omit<PreferencePair, 'metadata'> & {
  readonly metadata: PreferencePair['metadata'] | null;
};

/** Preference pairs as TRL's DPOTrainer reads them, tools included. */
export const preference = rowFormat<PreferencePair, z.infer<typeof rowSchema>, ReadPair>({
  id: 'preference',
  title: 'Preference pairs',
  purpose:
    'For DPOTrainer of TRL: a rollout that passed and one that failed of one task, from where they part.',
  of: 'pairs',
  columns: {
    prompt: { list: { group: namedColumns } },
    chosen: { list: { group: namedColumns } },
    rejected: { list: { group: namedColumns } },
    tools: 'json',
    metadata: {
      group: {
        ...metadataColumns,
        rejected_agent: 'text',
        rejected_agent_kind: 'text',
        rejected_trial: 'int',
        rejected_reward: 'double',
      },
    },
  },
  rows({ prompt, chosen, rejected, tools, metadata }) {
    const after = (messages: readonly ChatMessage[]) =>
      namedMessages([...prompt, ...messages]).slice(prompt.length);
    return [
      {
        prompt: namedMessages(prompt),
        chosen: after(chosen),
        rejected: after(rejected),
        tools: toolsJson(tools),
        metadata,
      },
    ];
  },
  schema: rowSchema,
  read({ prompt, chosen, rejected, tools, metadata }) {
    const before = fromNamedMessages(prompt);
    const calls = callsIn(before);
    return {
      prompt: before,
      chosen: fromNamedMessages(chosen, calls),
      rejected: fromNamedMessages(rejected, calls),
      tools,
      metadata: metadata ?? null,
    };
  },
});
