import { z } from 'zod';
import { callId, type ChatMessage, type TrainingExample } from '../../dataset/index.ts';
import { jsonObjectSchema } from '../../environment/index.ts';
import { rowFormat, type ReadExample } from './rows.ts';
import {
  argumentsOf,
  metadataColumns,
  metadataSchema,
  spacedJson,
  toolsJson,
  toolsSchema,
} from './shapes.ts';

const rowSchema = z.strictObject({ text: z.string(), metadata: metadataSchema });
const callSchema = z.strictObject({ name: z.string(), arguments: jsonObjectSchema });
const resultSchema = z.strictObject({ name: z.string(), content: z.string() });

const TOOLS_HEAD = `

# Tools

You can call these tools, one per turn. Each line inside <tools></tools> describes one as a JSON Schema:
<tools>
`;
const TOOLS_TAIL = `
</tools>

A call is a JSON object with the tool's name and arguments inside <tool_call></tool_call>, and nothing else:
<tool_call>
{"name": "NAME", "arguments": {}}
</tool_call>`;

/** ChatML text with Hermes tool tags: what a model sees, ready to be tokenised. */
export const hermes = rowFormat<TrainingExample, z.infer<typeof rowSchema>, ReadExample>({
  id: 'hermes',
  title: 'Hermes text',
  purpose: 'For trainers that take plain text: ChatML with Hermes tool tags, already rendered.',
  of: 'examples',
  columns: { text: 'text', metadata: { group: metadataColumns } },
  rows: (example) => [{ text: hermesText(example), metadata: example.metadata }],
  schema: rowSchema,
  read: ({ text, metadata }) => ({ ...readText(text), metadata: metadata ?? null }),
});

/** A conversation as ChatML text with Hermes tool tags. */
export function hermesText({ messages, tools }: Pick<TrainingExample, 'messages' | 'tools'>): string {
  let last = '';
  const turns = messages.map((message) => {
    if (message.role === 'system') {
      const listed = toolsJson(tools).map((tool) => spacedJson(tool));
      return turn('system', `${plain(message.content)}${TOOLS_HEAD}${listed.join('\n')}${TOOLS_TAIL}`);
    }
    if (message.role === 'tool') {
      const result = spacedJson({ name: last, content: message.content });
      return turn('tool', `<tool_response>\n${plain(result)}\n</tool_response>`);
    }
    if (message.role === 'user' || message.content !== null)
      return turn(message.role, plain(message.content));
    const calls = message.tool_calls.map(({ function: call }) => {
      last = call.name;
      const written = spacedJson({ name: call.name, arguments: argumentsOf(call.arguments) });
      return `<tool_call>\n${plain(written)}\n</tool_call>`;
    });
    return turn('assistant', calls.join('\n'));
  });
  return turns.join('');
}

const turn = (role: string, content: string) => `<|im_start|>${role}\n${content}<|im_end|>\n`;

// What somebody typed must not end a turn: a tokeniser reads these marks as control tokens.
const plain = (text: string) => text.replaceAll(/<\|(im_start|im_end)\|>/g, '<| $1 |>');

function readText(text: string): Pick<ReadExample, 'messages' | 'tools'> {
  let tools: TrainingExample['tools'] = [];
  let calls = 0;
  const messages: ChatMessage[] = [];
  for (const [, role = '', content = ''] of text.matchAll(/<\|im_start\|>(\w+)\n([\s\S]*?)<\|im_end\|>\n/g)) {
    if (role === 'system') {
      const [policy = '', rest = ''] = splitLast(content, TOOLS_HEAD);
      const lines = rest
        .slice(0, -TOOLS_TAIL.length)
        .split('\n')
        .filter((line) => line !== '');
      tools = toolsSchema.parse(lines.map((line): unknown => JSON.parse(line)));
      messages.push({ role: 'system', content: policy });
    } else if (role === 'tool') {
      const result = resultSchema.parse(JSON.parse(inside(content, 'tool_response')));
      messages.push({ role: 'tool', tool_call_id: callId(calls), content: result.content });
    } else if (role === 'assistant' && content.startsWith('<tool_call>\n')) {
      calls += 1;
      const { name, arguments: args } = callSchema.parse(JSON.parse(inside(content, 'tool_call')));
      messages.push({
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: callId(calls), type: 'function', function: { name, arguments: JSON.stringify(args) } },
        ],
      });
    } else messages.push({ role: role === 'assistant' ? 'assistant' : 'user', content });
  }
  return { messages, tools };
}

const inside = (content: string, tag: string) => content.slice(tag.length + 3, -(tag.length + 4));

function splitLast(text: string, mark: string): [string, string] {
  const at = text.lastIndexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
