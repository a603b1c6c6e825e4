import { z } from 'zod';
import { jsonObjectSchema, type JsonObject } from '#core/environment/index.ts';
import type { FinishReason, ModelMessage } from '#core/model/index.ts';
import type { Wire, WirePart } from './wire.ts';

const chunk = z.object({
  candidates: z
    .array(
      z.object({
        content: z
          .object({
            parts: z
              .array(
                z.object({
                  text: z.string().nullish(),
                  thought: z.boolean().nullish(),
                  functionCall: z
                    .object({ id: z.string().nullish(), name: z.string(), args: jsonObjectSchema.nullish() })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finishReason: z.string().nullish(),
      }),
    )
    .nullish(),
  promptFeedback: z.object({ blockReason: z.string().nullish() }).nullish(),
  usageMetadata: z
    .object({
      promptTokenCount: z.int().nullish(),
      cachedContentTokenCount: z.int().nullish(),
      candidatesTokenCount: z.int().nullish(),
      thoughtsTokenCount: z.int().nullish(),
    })
    .nullish(),
  error: z.object({ code: z.int().nullish(), message: z.string().nullish() }).nullish(),
});

/** Google's generateContent. */
export const googleWire: Wire = {
  id: 'google',
  path: (model) => `models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
  headers: (key): Record<string, string> => (key === null ? {} : { 'x-goog-api-key': key }),
  body(request) {
    const system = request.messages.flatMap((one) => (one.role === 'system' ? [{ text: one.content }] : []));
    return {
      ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
      contents: contents(request.messages),
      ...(request.tools.length === 0
        ? {}
        : {
            tools: [
              {
                functionDeclarations: request.tools.map(({ name, description, parameters }) => ({
                  name,
                  description,
                  parametersJsonSchema: parameters,
                })),
              },
            ],
          }),
      generationConfig: {
        maxOutputTokens: request.maxTokens,
        ...(request.temperature === null ? {} : { temperature: request.temperature }),
        ...(request.seed === null ? {} : { seed: request.seed }),
        ...(request.schema === null
          ? {}
          : { responseMimeType: 'application/json', responseJsonSchema: request.schema.schema }),
      },
    };
  },
  reader() {
    let calls = 0;
    return (data) => {
      const { candidates, promptFeedback, usageMetadata, error } = chunk.parse(data);
      if (error) return [{ type: 'failure', status: error.code ?? 500, message: error.message ?? '' }];
      if (promptFeedback?.blockReason) return [{ type: 'finish', finish: 'refusal' }];
      const [candidate] = candidates ?? [];
      const parts: WirePart[] = [];
      for (const part of candidate?.content?.parts ?? []) {
        if (part.text) parts.push({ type: part.thought === true ? 'reasoning' : 'text', text: part.text });
        const call = part.functionCall;
        if (call) {
          parts.push({
            type: 'call',
            index: calls,
            id: call.id ?? `call_${calls}`,
            name: call.name,
            raw: JSON.stringify(call.args ?? {}),
          });
          calls += 1;
        }
      }
      if (candidate?.finishReason)
        parts.push({ type: 'finish', finish: calls > 0 ? 'call' : finishOf(candidate.finishReason) });
      if (usageMetadata) {
        const { promptTokenCount, cachedContentTokenCount, candidatesTokenCount, thoughtsTokenCount } =
          usageMetadata;
        parts.push({
          type: 'usage',
          usage: {
            prompt: promptTokenCount ?? null,
            cached: cachedContentTokenCount ?? null,
            reply:
              typeof candidatesTokenCount === 'number'
                ? candidatesTokenCount + (thoughtsTokenCount ?? 0)
                : null,
          },
        });
      }
      return parts;
    };
  },
  models: {
    path: 'models?pageSize=1000',
    read: (body) =>
      z
        .object({
          models: z.array(
            z.object({
              name: z.string(),
              supportedGenerationMethods: z.array(z.string()).nullish(),
              inputTokenLimit: z.int().positive().nullish().catch(null),
            }),
          ),
        })
        .parse(body)
        .models.filter((one) => one.supportedGenerationMethods?.includes('generateContent') ?? true)
        .map(({ name, inputTokenLimit: most }) => ({
          id: name.replace(/^models\//, ''),
          contextTokens: most ?? null,
        })),
  },
};

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: JsonObject[];
}

function contents(messages: readonly ModelMessage[]): Content[] {
  const all: Content[] = [];
  for (const one of messages) {
    if (one.role === 'system') continue;
    const role = one.role === 'assistant' ? 'model' : 'user';
    const last = all.at(-1);
    if (last?.role === role) last.parts.push(...partsOf(one));
    else all.push({ role, parts: partsOf(one) });
  }
  return all;
}

function partsOf(one: ModelMessage): JsonObject[] {
  if (one.role === 'tool')
    return [{ functionResponse: { id: one.id, name: one.name, response: { result: one.content } } }];
  const text: JsonObject[] = one.content === '' ? [] : [{ text: one.content }];
  if (one.role !== 'assistant') return text;
  return [
    ...text,
    ...one.calls.map(({ id, name, arguments: args }) => ({
      functionCall: { id, name, args: args ?? {} },
    })),
  ];
}

function finishOf(reason: string): FinishReason {
  if (reason === 'MAX_TOKENS') return 'length';
  return ['SAFETY', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'SPII', 'RECITATION'].includes(reason)
    ? 'refusal'
    : 'stop';
}
