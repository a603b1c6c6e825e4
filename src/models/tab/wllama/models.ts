/**
 * GGUF files that wllama is known to suit, smallest first. Sizes follow from the shapes (8.5 bits a weight in Q8_0, the
 * vocabulary besides) and are about right: a download shows what its server says. Memory is the file, 200 MB for the engine
 * and its buffers, and for each token of context the keys and values of every layer in 16 bits.
 */
import type { TabModelEntry } from '../catalogue.ts';

const ENGINE_BYTES = 200_000_000;
const APACHE = { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' };

/** Bytes of keys and values for one token. */
const perToken = (layers: number, heads: number, width: number) => layers * heads * width * 2 * 2;

function entry(
  name: string,
  file: { readonly repository: string; readonly name: string; readonly bytes: number },
  shape: { readonly parameters: number; readonly longest: number; readonly perToken: number },
): TabModelEntry {
  const { parameters, longest } = shape;
  return {
    id: `wllama/${name}`,
    engine: 'wllama',
    title: name,
    parameters,
    url: `https://huggingface.co/${file.repository}/resolve/main/${file.name}`,
    library: null,
    bytes: file.bytes,
    memory: { bytes: file.bytes + ENGINE_BYTES, perToken: shape.perToken },
    longest,
    needs: { gpu: false, f16: false },
    toolMethod: 'grammar',
    licence: APACHE,
    source: `https://huggingface.co/${file.repository}`,
  };
}

export const wllamaModels: readonly TabModelEntry[] = [
  entry(
    'SmolLM2-135M-Instruct-Q8_0',
    {
      repository: 'bartowski/SmolLM2-135M-Instruct-GGUF',
      name: 'SmolLM2-135M-Instruct-Q8_0.gguf',
      bytes: 145_000_000,
    },
    { parameters: 0.135, longest: 8192, perToken: perToken(30, 3, 64) },
  ),
  entry(
    'SmolLM2-360M-Instruct-Q8_0',
    {
      repository: 'bartowski/SmolLM2-360M-Instruct-GGUF',
      name: 'SmolLM2-360M-Instruct-Q8_0.gguf',
      bytes: 386_000_000,
    },
    { parameters: 0.36, longest: 8192, perToken: perToken(32, 5, 64) },
  ),
  entry(
    'Qwen3-0.6B-Q8_0',
    { repository: 'Qwen/Qwen3-0.6B-GGUF', name: 'Qwen3-0.6B-Q8_0.gguf', bytes: 639_000_000 },
    { parameters: 0.6, longest: 32_768, perToken: perToken(28, 8, 128) },
  ),
  entry(
    'Qwen2.5-1.5B-Instruct-Q4_K_M',
    {
      repository: 'Qwen/Qwen2.5-1.5B-Instruct-GGUF',
      name: 'qwen2.5-1.5b-instruct-q4_k_m.gguf',
      bytes: 1_120_000_000,
    },
    { parameters: 1.5, longest: 32_768, perToken: perToken(28, 2, 128) },
  ),
  entry(
    'Qwen3-1.7B-Q8_0',
    { repository: 'Qwen/Qwen3-1.7B-GGUF', name: 'Qwen3-1.7B-Q8_0.gguf', bytes: 1_830_000_000 },
    { parameters: 1.7, longest: 32_768, perToken: perToken(28, 8, 128) },
  ),
];
