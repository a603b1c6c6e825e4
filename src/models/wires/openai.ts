import { z } from 'zod';
import type { FinishReason, ModelMessage } from '#core/model/index.ts';
import type { Wire, WirePart } from './wire.ts';

const usage = z.object({
  prompt_tokens: z.int().nullish(),
  completion_tokens: z.int().nullish(),
  prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish(),
});

/** OpenAI itself says nothing of the context; OpenRouter has one name for it, vLLM another. */
const listed = z.object({
  id: z.string(),
  context_length: z.int().positive().nullish().catch(null),
  max_model_len: z.int().positive().nullish().catch(null),
});

const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            /** DeepSeek, vLLM, llama.cpp and LM Studio; OpenRouter and newer vLLM say `reasoning`. */
            reasoning_content: z.string().nullish(),
            reasoning: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  // Some servers leave the index out when there is one call.
                  index: z.int().nullish(),
                  id: z.string().nullish(),
                  function: z
                    .object({ name: z.string().nullish(), arguments: z.string().nullish() })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: usage.nullish(),
  error: z
    .object({ message: z.string().nullish(), code: z.union([z.string(), z.number()]).nullish() })
    .nullish(),
});

/** Chat completions: OpenAI, OpenRouter, Ollama, LM Studio, llama.cpp, vLLM and many more. */
export const openaiWire: Wire = {
  id: 'openai',
  path: () => 'chat/completions',
  headers: (key): Record<string, string> => (key === null ? {} : { authorization: `Bearer ${key}` }),
  body: (request, model) => ({
    model,
    messages: request.messages.map(message),
    stream: true,
    stream_options: { include_usage: true },
    // The older name is the one that every compatible server knows; OpenAI's reasoning models want the newer.
    ...(isOpenAiReasoning(model)
      ? { max_completion_tokens: request.maxTokens }
      : { max_tokens: request.maxTokens }),
    ...(request.temperature === null ? {} : { temperature: request.temperature }),
    ...(request.seed === null ? {} : { seed: request.seed }),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map(({ name, description, parameters }) => ({
            type: 'function',
            function: { name, description, parameters },
          })),
          parallel_tool_calls: false,
        }),
    ...(request.schema === null
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: request.schema.name, schema: request.schema.schema },
          },
        }),
  }),
  reader: () => (data) => {
    const { choices, usage: counted, error } = chunk.parse(data);
    if (error) return [{ type: 'failure', status: Number(error.code) || 500, message: error.message ?? '' }];
    const [choice] = choices ?? [];
    const delta = choice?.delta;
    const parts: WirePart[] = [];
    const thought = delta?.reasoning_content ?? delta?.reasoning;
    if (thought) parts.push({ type: 'reasoning', text: thought });
    if (delta?.content) parts.push({ type: 'text', text: delta.content });
    if (delta?.refusal)
      parts.push({ type: 'text', text: delta.refusal }, { type: 'finish', finish: 'refusal' });
    for (const call of delta?.tool_calls ?? [])
      parts.push({
        type: 'call',
        index: call.index ?? 0,
        id: call.id ?? undefined,
        name: call.function?.name ?? undefined,
        raw: call.function?.arguments ?? '',
      });
    if (choice?.finish_reason) parts.push({ type: 'finish', finish: finishOf(choice.finish_reason) });
    if (counted)
      parts.push({
        type: 'usage',
        usage: {
          prompt: counted.prompt_tokens ?? null,
          reply: counted.completion_tokens ?? null,
          cached: counted.prompt_tokens_details?.cached_tokens ?? null,
        },
      });
    return parts;
  },
  models: {
    path: 'models',
    read: (body) =>
      z
        .object({ data: z.array(listed) })
        .parse(body)
        .data.map(({ id, context_length: length, max_model_len: most }) => ({
          id,
          contextTokens: length ?? most ?? null,
        })),
  },
};

function message(one: ModelMessage): object {
  if (one.role === 'tool') return { role: 'tool', tool_call_id: one.id, content: one.content };
  if (one.role !== 'assistant') return one;
  if (one.calls.length === 0) return { role: 'assistant', content: one.content };
  return {
    role: 'assistant',
    content: one.content === '' ? null : one.content,
    tool_calls: one.calls.map(({ id, name, raw }) => ({
      id,
      type: 'function',
      function: { name, arguments: raw === '' ? '{}' : raw },
    })),
  };
}

const isOpenAiReasoning = (model: string) => /^(openai\/)?(o\d|gpt-5)/.test(model);

function finishOf(reason: string): FinishReason {
  if (reason === 'tool_calls' || reason === 'function_call') return 'call';
  if (reason === 'length') return 'length';
  return reason === 'content_filter' ? 'refusal' : 'stop';
}
