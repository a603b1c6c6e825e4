/**
 * What the path of the page costs beside the engine: the same model, prompt and number of tokens, once asked of wllama
 * itself, once as the page asks a model in the tab (its worker, streaming, events). Runs in a browser; see
 * scripts/benchOverhead.mjs.
 */
import wasm from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { Wllama, type ChatCompletionParams } from '@wllama/wllama/esm/index.js';
import { ask } from '#core/model/index.ts';
import { threadsFor } from '../models/tab/wllama/wllamaEngine.ts';
import { randomGguf, type RandomGguf } from './randomGguf.ts';
import { fileSpec, wllamaDesk } from './wllamaDesk.ts';

export interface OverheadInput extends RandomGguf {
  readonly tokens: number;
  readonly rounds: number;
}

/** Tokens a second of each round, and how many messages the page received for them. */
export interface OverheadFigures {
  readonly bare: readonly number[];
  readonly app: readonly number[];
  readonly events: number;
  readonly megabytes: number;
}

const CONTEXT = 2048;
const BATCH = 256;
const PROMPT = 'Say something. '.repeat(40);

export async function measureOverhead(input: OverheadInput): Promise<OverheadFigures> {
  const bytes = randomGguf(input);
  const quiet = () => undefined;
  const wllama = new Wllama(
    { default: new URL(wasm, location.href).href },
    { logger: { debug: quiet, log: quiet, warn: quiet, error: quiet } },
  );
  wllama.setCompat(null);
  await wllama.loadModel([new Blob([bytes])], {
    ...{ n_ctx: CONTEXT, n_threads: threadsFor(navigator.hardwareConcurrency), n_gpu_layers: 0 },
    ...{ n_batch: BATCH, n_ubatch: BATCH, n_parallel: 1, jinja: true },
  });
  const { model, unload } = await wllamaDesk().load(
    fileSpec(bytes, { contextTokens: CONTEXT }),
    quiet,
    new AbortController().signal,
  );
  let events = 0;
  const bare = async () => {
    let written = 0;
    // Its types know fewer fields than llama.cpp reads.
    const body = {
      messages: [{ role: 'user', content: PROMPT }],
      ...{ max_tokens: input.tokens, temperature: 0, cache_prompt: true },
      stream_options: { include_usage: true },
    } as ChatCompletionParams;
    await wllama.createChatCompletion({
      ...body,
      stream: true,
      onData: ({ usage }) => (written = usage?.completion_tokens ?? written),
    });
    return written;
  };
  const app = async () => {
    events = 0;
    const reply = await ask(
      model,
      {
        messages: [{ role: 'user', content: PROMPT }],
        ...{ tools: [], schema: null, maxTokens: input.tokens, temperature: 0, seed: null },
      },
      undefined,
      () => (events += 1),
    );
    return reply.usage.reply ?? 0;
  };
  const rates = { bare: [] as number[], app: [] as number[] };
  // The first time each reads the prompt; then the engine has it.
  await bare();
  await app();
  for (let round = 0; round < input.rounds; round += 1)
    for (const which of round % 2 === 0 ? (['bare', 'app'] as const) : (['app', 'bare'] as const)) {
      const began = performance.now();
      const written = await (which === 'bare' ? bare() : app());
      rates[which].push((written * 1000) / (performance.now() - began));
    }
  await unload();
  await wllama.exit();
  return { ...rates, events, megabytes: bytes.length / 2 ** 20 };
}
