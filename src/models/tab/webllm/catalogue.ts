/**
 * Models of WebLLM that the page offers: those of its list that can be trusted with tools, or are small enough to try.
 * What is written here of its list (memory, window, address) is held against the package by a test. A page need not load
 * the package to show it.
 */
import type { TabModelEntry } from '../catalogue.ts';

const HUB = 'https://huggingface.co/';
const MB = 2 ** 20;
/** The window for which WebLLM states the memory of a model. */
const STATED_WINDOW = 4096;

/** How the weights are kept, with the bits that one takes, its part of the scales included. */
const kinds = {
  q4f16_1: { bits: 4.5, f16: true },
  q4f32_1: { bits: 5, f16: false },
  q0f16: { bits: 16, f16: true },
  q0f32: { bits: 32, f16: false },
} as const;
type Kind = keyof typeof kinds;

interface Family {
  readonly name: string;
  readonly title: string;
  /** Billions, embeddings included. */
  readonly parameters: number;
  /** Tokens that it was trained for. */
  readonly longest: number;
  /** Numbers that are kept for each token: keys and values, layers, heads, their size. */
  readonly kept: number;
  readonly licence: TabModelEntry['licence'];
  /** Megabytes that it takes with room for {@link STATED_WINDOW} tokens, as WebLLM says. */
  readonly memory: Readonly<Partial<Record<Kind, number>>>;
}

const apache = { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' };
const llama = { name: 'Llama 3.2 Community', url: 'https://www.llama.com/llama3_2/license/' };
const llama31 = { name: 'Llama 3.1 Community', url: 'https://www.llama.com/llama3_1/license/' };
const gemma = { name: 'Gemma terms of use', url: 'https://ai.google.dev/gemma/terms' };
const mit = { name: 'MIT', url: 'https://opensource.org/license/mit' };

const kv = (layers: number, heads: number, size: number) => 2 * layers * heads * size;

/** Smallest first. */
const families: readonly Family[] = [
  {
    ...{ name: 'SmolLM2-135M-Instruct', title: 'SmolLM2 135M', parameters: 0.135, longest: 8192 },
    ...{ kept: kv(30, 3, 64), licence: apache, memory: { q0f16: 359.69, q0f32: 719.38 } },
  },
  {
    ...{ name: 'SmolLM2-360M-Instruct', title: 'SmolLM2 360M', parameters: 0.362, longest: 8192 },
    ...{ kept: kv(32, 5, 64), licence: apache, memory: { q4f16_1: 376.06, q4f32_1: 579.61 } },
  },
  {
    ...{ name: 'Qwen2.5-0.5B-Instruct', title: 'Qwen2.5 0.5B', parameters: 0.494, longest: 32_768 },
    ...{ kept: kv(24, 2, 64), licence: apache, memory: { q4f16_1: 944.62, q4f32_1: 1060.2 } },
  },
  {
    ...{ name: 'Qwen3-0.6B', title: 'Qwen3 0.6B', parameters: 0.596, longest: 32_768 },
    ...{ kept: kv(28, 8, 128), licence: apache, memory: { q4f16_1: 1403.34, q4f32_1: 1924.98 } },
  },
  {
    ...{ name: 'gemma3-1b-it', title: 'Gemma 3 1B', parameters: 1, longest: 32_768 },
    ...{ kept: kv(26, 1, 256), licence: gemma, memory: { q4f16_1: 711.05 } },
  },
  {
    ...{ name: 'Llama-3.2-1B-Instruct', title: 'Llama 3.2 1B', parameters: 1.236, longest: 131_072 },
    ...{ kept: kv(16, 8, 64), licence: llama, memory: { q4f16_1: 879.04, q4f32_1: 1128.82 } },
  },
  {
    ...{ name: 'Qwen2.5-1.5B-Instruct', title: 'Qwen2.5 1.5B', parameters: 1.544, longest: 32_768 },
    ...{ kept: kv(28, 2, 128), licence: apache, memory: { q4f16_1: 1629.75, q4f32_1: 1888.97 } },
  },
  {
    ...{ name: 'Qwen3-1.7B', title: 'Qwen3 1.7B', parameters: 1.72, longest: 32_768 },
    ...{ kept: kv(28, 8, 128), licence: apache, memory: { q4f16_1: 2036.66, q4f32_1: 2635.44 } },
  },
  {
    ...{ name: 'Llama-3.2-3B-Instruct', title: 'Llama 3.2 3B', parameters: 3.213, longest: 131_072 },
    ...{ kept: kv(28, 8, 128), licence: llama, memory: { q4f16_1: 2263.69, q4f32_1: 2951.51 } },
  },
  {
    ...{ name: 'Hermes-3-Llama-3.2-3B', title: 'Hermes 3 3B', parameters: 3.213, longest: 131_072 },
    ...{ kept: kv(28, 8, 128), licence: llama, memory: { q4f16_1: 2263.69, q4f32_1: 2951.51 } },
  },
  {
    ...{ name: 'Phi-4-mini-instruct', title: 'Phi-4 mini', parameters: 3.836, longest: 131_072 },
    ...{ kept: kv(32, 8, 128), licence: mit, memory: { q4f16_1: 3437.59, q4f32_1: 4220.9 } },
  },
  {
    ...{ name: 'Qwen3-4B', title: 'Qwen3 4B', parameters: 4.022, longest: 32_768 },
    ...{ kept: kv(36, 8, 128), licence: apache, memory: { q4f16_1: 3431.59, q4f32_1: 4327.71 } },
  },
  {
    ...{ name: 'Qwen2.5-7B-Instruct', title: 'Qwen2.5 7B', parameters: 7.616, longest: 32_768 },
    ...{ kept: kv(28, 4, 128), licence: apache, memory: { q4f16_1: 5106.67, q4f32_1: 5900.09 } },
  },
  {
    ...{ name: 'Hermes-3-Llama-3.1-8B', title: 'Hermes 3 8B', parameters: 8.03, longest: 131_072 },
    ...{ kept: kv(32, 8, 128), licence: llama31, memory: { q4f16_1: 4876.13, q4f32_1: 5779.27 } },
  },
  {
    ...{ name: 'Qwen3-8B', title: 'Qwen3 8B', parameters: 8.19, longest: 32_768 },
    ...{ kept: kv(36, 8, 128), licence: apache, memory: { q4f16_1: 5695.78, q4f32_1: 6852.55 } },
  },
];

/** All of them, each way that its weights are kept. */
export const webllmCatalogue: readonly TabModelEntry[] = families.flatMap((family) =>
  Object.entries(family.memory).map(([kind, stated]) => entryOf(family, kind as Kind, stated)),
);

function entryOf(family: Family, kind: Kind, stated: number): TabModelEntry {
  const { bits, f16 } = kinds[kind];
  const { title, parameters, longest, licence } = family;
  const name = `${family.name}-${kind}-MLC`;
  const perToken = family.kept * (f16 ? 2 : 4);
  return {
    id: `webllm/${family.name}-${kind}`,
    engine: 'webllm',
    title: `${title} · ${f16 ? '16' : '32'}-bit`,
    parameters,
    url: `${HUB}mlc-ai/${name}`,
    library: null,
    // Not stated anywhere: the weights alone, to a few per cent.
    bytes: Math.round((parameters * 1e9 * bits) / 8),
    memory: { bytes: Math.round(stated * MB) - perToken * STATED_WINDOW, perToken },
    longest,
    needs: { gpu: true, f16 },
    toolMethod: 'grammar',
    licence,
    source: `${HUB}mlc-ai/${name}`,
  };
}
