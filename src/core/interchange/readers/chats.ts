import { z } from 'zod';
import {
  InputError,
  isJsonObject,
  jsonObjectSchema,
  toolCallSchema,
  type Json,
  type ToolCall,
} from '../../environment/index.ts';
import { parseUntrusted } from '../jsonText.ts';
import { linesOf, outlineLines } from '../pieces.ts';
import { definePieceReader, MB } from './reader.ts';

/** Conversations with tool calls that somebody recorded: the calls of each, as a trajectory may be made of them. */
export const foundChatsSchema = z.strictObject({
  kind: z.literal('chats'),
  chats: z.array(
    z.strictObject({
      /** The line of the file, from 1. */
      line: z.int().positive(),
      calls: z.array(toolCallSchema),
    }),
  ),
});

const messageSchema = z.object({
  role: z.string(),
  tool_calls: z
    .array(
      z.object({
        function: z.object({ name: z.string(), arguments: z.union([z.string(), jsonObjectSchema]) }),
      }),
    )
    .nullish(),
});
const rowSchema = z.object({ messages: z.array(messageSchema).min(1) });

/**
 * Chats with tools as JSON Lines: OpenAI's form, TRL's with arguments as objects, the method's own release without
 * ids. A call whose arguments are no object cannot have run and is left out.
 */
export const chatsReader = definePieceReader({
  kind: 'chats',
  title: 'a file of chats',
  // A page has to hold the calls, which are a small part of it.
  limit: 512 * MB,
  schema: foundChatsSchema,
  recognises: ({ text }) =>
    text.startsWith('{') &&
    /"messages"\s*:\s*\[\s*\{\s*"(role|content)"/.test(text) &&
    // A rollout of tau2-bench has messages too.
    !/"(simulations|termination_reason|reward_info)"\s*:/.test(text),
  named: ({ name }) => name.endsWith('.jsonl'),
  outline: outlineLines,
  readPiece: (path, piece, bytes) => ({
    kind: 'chats' as const,
    chats: [...linesOf(path, piece, bytes)].map(({ line, text }) => {
      const where = `${path}, line ${line}`;
      const parsed = rowSchema.safeParse(parseUntrusted(text, where));
      if (parsed.success) return { line, calls: callsOf(parsed.data.messages) };
      const [issue] = parsed.error.issues;
      throw new InputError(
        where,
        `not a chat: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
        'Expected an object with `messages` on every line.',
      );
    }),
  }),
  join(path, _, parts) {
    const chats = parts.flatMap((part) => part.chats);
    if (chats.length === 0) throw new InputError(path, 'there is no chat in this file.');
    return { kind: 'chats' as const, chats };
  },
});

const callsOf = (messages: readonly z.infer<typeof messageSchema>[]): ToolCall[] =>
  messages.flatMap(({ tool_calls }) =>
    (tool_calls ?? []).flatMap(({ function: { name, arguments: given } }) => {
      const args = typeof given === 'string' ? objectIn(given) : given;
      return args === undefined ? [] : [{ name, arguments: args }];
    }),
  );

function objectIn(text: string) {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
