import { z } from 'zod';
import {
  callId,
  exampleMetadataSchema,
  type ChatMessage,
  type TrainingExample,
} from '../../dataset/index.ts';
import {
  isJsonArray,
  isJsonObject,
  jsonObjectSchema,
  type Json,
  type JsonObject,
} from '../../environment/index.ts';
import type { Columns } from './format.ts';

/** Tool definitions as every format but ShareGPT writes them. */
export const toolsSchema = z.array(
  z.strictObject({
    type: z.literal('function'),
    function: z.strictObject({ name: z.string(), description: z.string(), parameters: jsonObjectSchema }),
  }),
);

/** Metadata that a row may lack: a row from elsewhere has none. */
export const metadataSchema = exampleMetadataSchema.optional();

/** Metadata in a column store. */
export const metadataColumns: Columns = {
  task: 'text',
  domain: 'text',
  database: 'text',
  condition: 'text',
  kinds: { list: 'text' },
  agent: 'text',
  agent_kind: 'text',
  trial: 'int',
  reward: 'double',
  trajectory: 'text',
};

const text = z.strictObject({ role: z.enum(['system', 'user']), content: z.string() });
const said = z.strictObject({ role: z.literal('assistant'), content: z.string() });

/** A message of the OpenAI shape. */
export const openAiMessageSchema = z.union([
  text,
  said,
  z.strictObject({
    role: z.literal('assistant'),
    content: z.null(),
    tool_calls: z
      .array(
        z.strictObject({
          id: z.string(),
          type: z.literal('function'),
          function: z.strictObject({ name: z.string(), arguments: z.string() }),
        }),
      )
      .length(1),
  }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);

/** A message with arguments as an object and without ids; the result names its tool instead. */
const namedCall = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string(),
    // A column store has to write arguments of any shape as text.
    arguments: z.union([
      jsonObjectSchema,
      z.string().transform((value) => jsonObjectSchema.parse(JSON.parse(value))),
    ]),
  }),
});
export const namedMessageSchema = z.union([
  text,
  said.extend({ tool_calls: z.never().optional() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string(),
    tool_calls: z.array(namedCall).length(1),
  }),
  z.strictObject({ role: z.literal('tool'), name: z.string(), content: z.string() }),
]);
export type NamedMessage = z.infer<typeof namedMessageSchema>;

/** Messages of a column store: every field of every kind of message. */
export const messageColumns = (fields: {
  readonly call: Columns;
  readonly result: Columns;
  readonly arguments: 'text' | 'json';
}): Columns => ({
  role: 'text',
  content: 'text',
  tool_calls: {
    list: {
      group: {
        ...fields.call,
        type: 'text',
        function: { group: { name: 'text', arguments: fields.arguments } },
      },
    },
  },
  ...fields.result,
});

/** Messages of {@link namedMessages} in a column store. */
export const namedColumns = messageColumns({ call: {}, result: { name: 'text' }, arguments: 'json' });

/** Messages with arguments as objects and results that name their tool. */
export function namedMessages(messages: readonly ChatMessage[]): JsonObject[] {
  let last = '';
  return messages.map((message): JsonObject => {
    if (message.role === 'tool') return { role: 'tool', name: last, content: message.content };
    if (message.role !== 'assistant' || message.content !== null)
      return { role: message.role, content: message.content };
    return {
      role: 'assistant',
      // Chat templates differ in what they make of null; all of them print nothing for an empty text.
      content: '',
      tool_calls: message.tool_calls.map(({ type, function: call }) => {
        last = call.name;
        return { type, function: { name: call.name, arguments: argumentsOf(call.arguments) } };
      }),
    };
  });
}

/** The messages that {@link namedMessages} was given; calls are numbered from `before` + 1. */
export function fromNamedMessages(messages: readonly NamedMessage[], before = 0): ChatMessage[] {
  let calls = before;
  return messages.map((message): ChatMessage => {
    if (message.role === 'tool')
      return { role: 'tool', tool_call_id: callId(calls), content: message.content };
    if (message.role !== 'assistant' || message.tool_calls === undefined)
      return { role: message.role, content: message.content };
    return {
      role: 'assistant',
      content: null,
      tool_calls: message.tool_calls.map(({ type, function: call }) => {
        calls += 1;
        return {
          id: callId(calls),
          type,
          function: { name: call.name, arguments: JSON.stringify(call.arguments) },
        };
      }),
    };
  });
}

/** How many calls there are in messages. */
export const callsIn = (messages: readonly ChatMessage[]) =>
  messages.filter((message) => message.role === 'assistant' && message.content === null).length;

/** Arguments as an object; a model's text that is no object is kept under an empty name, as the environment read it. */
export function argumentsOf(text: string): JsonObject {
  const value = JSON.parse(text) as Json;
  const parsed = jsonObjectSchema.safeParse(value);
  return parsed.success ? parsed.data : { '': value };
}

/** Tools as a JSON value. */
export const toolsJson = (tools: TrainingExample['tools']): JsonObject[] =>
  tools.map(({ type, function: { name, description, parameters } }) => ({
    type,
    function: { name, description, parameters },
  }));

/** JSON text as Python's `json.dumps` and chat templates' `tojson` space it, without escaping anything else. */
export function spacedJson(value: Json): string {
  if (isJsonArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${spacedJson(inner)}`);
  return `{${fields.join(', ')}}`;
}
