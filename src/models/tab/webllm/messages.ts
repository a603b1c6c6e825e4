import type { ModelMessage, ModelRequest } from '#core/model/index.ts';
import { ModelError } from '#core/model/index.ts';
import type { ChatCompletionRequestStreaming } from './api.ts';

/** What WebLLM writes before a reply of a model that is told not to think; part of every such reply. */
export const NO_THOUGHTS = '<think>\n\n</think>\n\n';

/** How the messages of one model are written. */
export interface MessageStyle {
  /** Whether replies begin with {@link NO_THOUGHTS}. */
  readonly unthinking: boolean;
  /** Roles whose text is put into a template with `String.replace`, where `$&` and the like have a meaning. */
  readonly templated: Readonly<Record<'system' | 'user' | 'assistant', boolean>>;
}

/** All text goes through a template: so it is with every model that has no manifest. */
export const everyRoleTemplated = { system: true, user: true, assistant: true } as const;

type Written = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string };

/**
 * A conversation as WebLLM takes it: one system message and only at the beginning, then user and assistant in turns,
 * a user last. Its tool role is for five models only, so calls and results are text. Whatever is said once is always
 * written the same way, which is what lets the engine go on with what it has computed.
 */
export function webllmMessages(
  messages: readonly ModelMessage[],
  style: MessageStyle,
): ChatCompletionRequestStreaming['messages'] {
  const written: Written[] = [];
  for (const [i, message] of messages.entries()) {
    const next = plain(message, i === 0 && messages.length > 1, style);
    const last = written.at(-1);
    // Most templates know only turns.
    if (last !== undefined && last.role === next.role && next.role !== 'system')
      written[written.length - 1] = { role: next.role, content: `${last.content}\n\n${next.content}` };
    else written.push(next);
  }
  if (written.at(-1)?.role !== 'user')
    throw new ModelError('request', 'The last message is not for the model to answer.', '');
  return written.map(({ role, content }) => ({
    role,
    content: style.templated[role] ? forReplace(content) : content,
  }));
}

function plain(message: ModelMessage, maySystem: boolean, { unthinking }: MessageStyle): Written {
  switch (message.role) {
    case 'system':
      return { role: maySystem ? 'system' : 'user', content: message.content };
    case 'user':
      return { role: 'user', content: message.content };
    case 'tool':
      return { role: 'user', content: `<tool_response>\n${message.content}\n</tool_response>` };
    case 'assistant': {
      const calls = message.calls.map(
        ({ name, raw }) =>
          `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${raw === '' ? '{}' : raw}}\n</tool_call>`,
      );
      const content = [message.content, ...calls].filter((part) => part !== '').join('\n');
      return { role: 'assistant', content: unthinking ? NO_THOUGHTS + content : content };
    }
  }
}

/**
 * A text that `String.replace` puts in as it is. Only what has a meaning there is doubled: "$5" has none, and stays
 * the same as when the model wrote it.
 */
function forReplace(text: string): string {
  return text.replace(/\$(?=[$&`'])/g, () => '$$');
}

/** The rest of a request. Tools are none of it: the schema of {@link ModelRequest} is how a model calls them. */
export function webllmRequest(request: ModelRequest, style: MessageStyle): ChatCompletionRequestStreaming {
  const { schema, maxTokens, temperature, seed } = request;
  return {
    messages: webllmMessages(request.messages, style),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: maxTokens,
    ...(temperature === null ? {} : { temperature }),
    ...(seed === null ? {} : { seed }),
    // Without a schema `json_object` throws inside the grammar compiler.
    ...(schema === null
      ? {}
      : { response_format: { type: 'json_object' as const, schema: JSON.stringify(schema.schema) } }),
    ...(style.unthinking ? { extra_body: { enable_thinking: false } } : {}),
  };
}
