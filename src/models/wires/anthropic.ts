import { z } from 'zod';
import type { FinishReason, ModelMessage, ModelRequest } from '#core/model/index.ts';
import type { Wire, WirePart } from './wire.ts';

const counts = z.object({
  input_tokens: z.int().nullish(),
  cache_creation_input_tokens: z.int().nullish(),
  cache_read_input_tokens: z.int().nullish(),
  output_tokens: z.int().nullish(),
});

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ usage: counts }) }),
  z.object({
    type: z.literal('content_block_start'),
    index: z.int(),
    content_block: z.object({ type: z.string(), id: z.string().nullish(), name: z.string().nullish() }),
  }),
  z.object({
    type: z.literal('content_block_delta'),
    index: z.int(),
    delta: z.object({
      type: z.string(),
      text: z.string().nullish(),
      thinking: z.string().nullish(),
      partial_json: z.string().nullish(),
    }),
  }),
  z.object({ type: z.literal('content_block_stop') }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: counts.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
  z.object({ type: z.literal('ping') }),
  z.object({
    type: z.literal('error'),
    error: z.object({ type: z.string().nullish(), message: z.string().nullish() }),
  }),
]);

const known: ReadonlySet<string> = new Set(event.options.map((option) => option.shape.type.value));

const CACHE = { cache_control: { type: 'ephemeral' } } as const;
/** The tool through which a reply of a given schema is asked for: structured output without a beta header. */
const ANSWER = 'answer';

/** Anthropic's messages. */
export const anthropicWire: Wire = {
  id: 'anthropic',
  path: () => 'messages',
  headers: (key) => ({
    'anthropic-version': '2023-06-01',
    // Without it the vendor sends no CORS headers. It names the risk: whoever can run script here can read the key.
    'anthropic-dangerous-direct-browser-access': 'true',
    ...(key === null ? {} : { 'x-api-key': key }),
  }),
  body(request, model) {
    const system = request.messages.flatMap((one) => (one.role === 'system' ? [one.content] : []));
    const tools = toolsOf(request);
    return {
      model,
      max_tokens: request.maxTokens,
      stream: true,
      // The policy and the tools are the same in every turn: marked, so that they are computed once.
      ...(system.length === 0 ? {} : { system: [{ type: 'text', text: system.join('\n\n'), ...CACHE }] }),
      messages: cachedUpToLast(alternating(request.messages)),
      ...(request.temperature === null ? {} : { temperature: Math.min(1, request.temperature) }),
      ...(tools.length === 0
        ? {}
        : {
            tools,
            tool_choice:
              request.schema === null
                ? { type: 'auto', disable_parallel_tool_use: true }
                : { type: 'tool', name: ANSWER },
          }),
    };
  },
  reader:
    (request) =>
    (data): readonly WirePart[] => {
      const { type } = z.object({ type: z.string() }).parse(data);
      // The vendor may add kinds of events, and asks that unknown ones be skipped.
      if (!known.has(type)) return [];
      const parsed = event.parse(data);
      // An answer of a given schema arrives as the arguments of a tool, and is text to everyone else.
      const answers = request.schema !== null;
      switch (parsed.type) {
        case 'message_start':
          return [{ type: 'usage', usage: usageOf(parsed.message.usage) }];
        case 'content_block_start': {
          const { type, id, name } = parsed.content_block;
          if (type !== 'tool_use' || answers) return [];
          return [
            { type: 'call', index: parsed.index, id: id ?? undefined, name: name ?? undefined, raw: '' },
          ];
        }
        case 'content_block_delta': {
          const { text, thinking, partial_json } = parsed.delta;
          return [
            ...(thinking ? [{ type: 'reasoning' as const, text: thinking }] : []),
            ...(text ? [{ type: 'text' as const, text }] : []),
            ...(!partial_json
              ? []
              : answers
                ? [{ type: 'text' as const, text: partial_json }]
                : [{ type: 'call' as const, index: parsed.index, raw: partial_json }]),
          ];
        }
        case 'message_delta': {
          const { stop_reason } = parsed.delta;
          return [
            ...(parsed.usage
              ? [{ type: 'usage' as const, usage: { reply: parsed.usage.output_tokens ?? null } }]
              : []),
            ...(stop_reason ? [{ type: 'finish' as const, finish: finishOf(stop_reason, answers) }] : []),
          ];
        }
        case 'error':
          return [
            {
              type: 'failure',
              status:
                parsed.error.type === 'rate_limit_error'
                  ? 429
                  : parsed.error.type === 'overloaded_error'
                    ? 529
                    : 500,
              message: parsed.error.message ?? '',
            },
          ];
        case 'content_block_stop':
        case 'message_stop':
        case 'ping':
          return [];
      }
    },
  models: {
    path: 'models?limit=1000',
    read: (body) =>
      z
        .object({
          data: z.array(
            z.object({ id: z.string(), max_input_tokens: z.int().positive().nullish().catch(null) }),
          ),
        })
        .parse(body)
        .data.map(({ id, max_input_tokens: most }) => ({ id, contextTokens: most ?? null })),
  },
};

function toolsOf(request: ModelRequest): object[] {
  const { schema } = request;
  const tools =
    schema === null
      ? request.tools
      : [{ name: ANSWER, description: 'Give the answer.', parameters: schema.schema }];
  return tools.map(({ name, description, parameters }, i) => ({
    name,
    description,
    input_schema: parameters,
    ...(i === tools.length - 1 ? CACHE : {}),
  }));
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: object[];
}

/** Roles have to alternate, and results belong to the user. */
function alternating(messages: readonly ModelMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const one of messages) {
    if (one.role === 'system') continue;
    const role = one.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks(one));
    else turns.push({ role, content: blocks(one) });
  }
  return turns;
}

function blocks(one: ModelMessage): object[] {
  if (one.role === 'tool') return [{ type: 'tool_result', tool_use_id: one.id, content: one.content }];
  const text = one.content === '' ? [] : [{ type: 'text', text: one.content }];
  if (one.role !== 'assistant') return text;
  return [
    ...text,
    ...one.calls.map(({ id, name, arguments: input }) => ({
      type: 'tool_use',
      id,
      name,
      input: input ?? {},
    })),
  ];
}

/** The conversation so far is a prefix of the next request. */
function cachedUpToLast(turns: readonly Turn[]): Turn[] {
  return turns.map((turn, i) => {
    const last = turn.content.at(-1);
    if (i !== turns.length - 1 || last === undefined) return turn;
    return { ...turn, content: [...turn.content.slice(0, -1), { ...last, ...CACHE }] };
  });
}

function usageOf(usage: z.infer<typeof counts>) {
  const cached = usage.cache_read_input_tokens ?? 0;
  return { prompt: (usage.input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0) + cached, cached };
}

function finishOf(reason: string, answers: boolean): FinishReason {
  if (reason === 'tool_use') return answers ? 'stop' : 'call';
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  return reason === 'refusal' ? 'refusal' : 'stop';
}
