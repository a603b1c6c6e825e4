/**
 * One reply, two shapes: say something, or call one tool. Models without a tool field of their own get it as a JSON
 * Schema, which engines with constrained decoding enforce, so that even a very small model never writes a call that
 * cannot be read. What a model calls in its text, against the protocol, is read here as well.
 */
import { z } from 'zod';
import { jsonObjectSchema, type Domain, type JsonObject } from '../environment/index.ts';
import toolsPrompt from '../prompts/tools.md?raw';
import type { LanguageModel, ModelTool } from './model.ts';

/** The schema of a reply: `{"say": text}` or `{"call": name, "arguments": {...}}`. */
export function replySchema(tools: readonly ModelTool[]): JsonObject {
  return {
    // No reply is both. Some grammar compilers, WebLLM 0.2.79's among them, take what is under `oneOf` for anything.
    anyOf: [
      {
        type: 'object',
        properties: { say: { type: 'string' } },
        required: ['say'],
        additionalProperties: false,
      },
      ...tools.map(({ name, parameters }) => ({
        type: 'object',
        properties: { call: { const: name }, arguments: parameters },
        required: ['call', 'arguments'],
        additionalProperties: false,
      })),
    ],
  };
}

/** A reply of that schema, as text in a conversation. */
export function sayText(text: string): string {
  return JSON.stringify({ say: text });
}

/** A call of that schema, as text in a conversation. */
export function callText(name: string, args: JsonObject): string {
  return JSON.stringify({ call: name, arguments: args });
}

/** What a reply turned out to be. */
export type ReadReply =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'call'; readonly name: string; readonly arguments: JsonObject }
  | { readonly type: 'unreadable'; readonly problem: string };

const shape = z.union([
  z.object({ say: z.string() }),
  z.object({ call: z.string(), arguments: jsonObjectSchema.optional() }),
]);

/** Reads a reply that should be of {@link replySchema}. Text that is no JSON at all is something said. */
export function readReply(text: string): ReadReply {
  const json = firstObject(text);
  if (json === null) {
    const said = text.trim();
    if (said === '') return { type: 'unreadable', problem: 'The reply is empty.' };
    return /^[{[]/.test(said)
      ? { type: 'unreadable', problem: 'The reply begins like JSON and is none.' }
      : { type: 'say', text: said };
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success)
    return {
      type: 'unreadable',
      problem: 'The reply is JSON, but neither {"say"} nor {"call", "arguments"}.',
    };
  if ('say' in parsed.data) return { type: 'say', text: parsed.data.say };
  return { type: 'call', name: parsed.data.call, arguments: parsed.data.arguments ?? {} };
}

const spelled = z.object({
  name: z.string(),
  arguments: z.union([jsonObjectSchema, z.string()]).optional(),
  parameters: jsonObjectSchema.optional(),
});

/**
 * A call that a model wrote into its text although it has a field for calls: Hermes tags, a fenced block, or bare
 * JSON with `name` and `arguments`. Null when there is none, or no tool has that name.
 */
export function callInText(
  text: string,
  tools: readonly ModelTool[],
): { name: string; arguments: JsonObject } | null {
  const json = firstObject(/<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/.exec(text)?.[1] ?? text);
  const parsed = spelled.safeParse(json);
  if (!parsed.success || !tools.some(({ name }) => name === parsed.data.name)) return null;
  const { name, arguments: args, parameters } = parsed.data;
  if (typeof args !== 'string') return { name, arguments: args ?? parameters ?? {} };
  const inner = firstObject(args);
  return inner === null ? null : { name, arguments: inner };
}

/** The first whole JSON object in a text; null when there is none. Braces in strings do not count. */
export function firstObject(text: string): JsonObject | null {
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const end = closing(text, start);
    if (end === null) return null;
    try {
      const parsed = jsonObjectSchema.safeParse(JSON.parse(text.slice(start, end + 1)));
      if (parsed.success) return parsed.data;
    } catch {
      // Braces that are not JSON: the next opening one may be.
      continue;
    }
  }
  return null;
}

function closing(text: string, start: number): number | null {
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return null;
}

/** Tools in words, short: for models that have no field for them, whose context is small. */
export function toolText(tools: readonly ModelTool[]): string {
  return tools
    .map(
      ({ name, description, parameters }) =>
        `- ${name}(${parameterText(parameters)}): ${oneLine(description)}`,
    )
    .join('\n');
}

const property = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  description: z.string().optional(),
});
const objectSchema = z.object({
  properties: z.record(z.string(), property).optional(),
  required: z.array(z.string()).optional(),
});

function parameterText(parameters: JsonObject): string {
  const { properties = {}, required = [] } = objectSchema.safeParse(parameters).data ?? {};
  return Object.entries(properties)
    .map(([name, { type, enum: choices, description }]) => {
      const kind =
        choices === undefined
          ? [type ?? 'any'].flat().join('|')
          : choices.map((one) => JSON.stringify(one)).join('|');
      return `${name}${required.includes(name) ? '' : '?'}: ${kind}${description === undefined ? '' : ` (${oneLine(description)})`}`;
    })
    .join(', ');
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** A system prompt with the tools in words behind it, for models that have no field for them. */
export function withTools(
  prompt: string,
  tools: readonly ModelTool[],
  model: Pick<LanguageModel, 'toolMethod'>,
): string {
  if (model.toolMethod === 'native') return prompt;
  return `${prompt}\n\n${toolsPrompt.replace('{tools}', () => toolText(tools)).trim()}`;
}

/** The tools of a domain as a model is told of them, sorted by name. */
export function modelTools(domain: Pick<Domain, 'tools'>): ModelTool[] {
  return [...domain.tools]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, jsonSchema: parameters }) => ({ name, description, parameters }));
}
