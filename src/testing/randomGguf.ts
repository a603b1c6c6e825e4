/**
 * A language model of random numbers, as a GGUF file: it says nothing, but costs as much for each token as a real one of
 * its size. It writes printable ASCII and never ends by itself, so that every reply is as long as it may be.
 */
import { writeGguf, type GgufTensor } from './gguf.ts';
import { byteTokens, llamaMetadata, SPECIAL, TEMPLATE, TYPE } from './scriptedGguf.ts';

const HEAD = 32;
const LONGEST = 8192;

export interface RandomGguf {
  /** Width of its layers, a multiple of 32. */
  readonly width: number;
  readonly layers: number;
}

/** The file of such a model; the same every time. */
export function randomGguf({ width, layers }: RandomGguf): Uint8Array<ArrayBuffer> {
  const tokens = [...byteTokens(), ...SPECIAL, '<|turn_0|>'];
  const types: number[] = tokens.map((token) => (token.startsWith('<|') ? TYPE.control : TYPE.normal));
  while (tokens.length % HEAD !== 0) {
    tokens.push(`<|unused_${tokens.length}|>`);
    types.push(TYPE.unused);
  }
  const feed = 4 * width;
  const shape = { width, layers, heads: width / HEAD, head: HEAD, feed };
  const random = randomNumbers(1);
  const tensor = (name: string, ...dims: number[]): GgufTensor => {
    const data = new Float32Array(dims.reduce((all, dim) => all * dim, 1));
    const scale = dims.length === 1 ? 0 : 1 / Math.sqrt(dims[0] ?? 1);
    for (let i = 0; i < data.length; i += 1) data[i] = dims.length === 1 ? 1 : (random() - 0.5) * scale;
    return { name, dims, data };
  };
  const output = tensor('output.weight', width, tokens.length);
  // A token that has no row is never the likeliest.
  for (let token = 0; token < tokens.length; token += 1)
    if (token < 33 || token > 126) output.data.fill(0, token * width, (token + 1) * width);
  const all = [
    tensor('token_embd.weight', width, tokens.length),
    tensor('output_norm.weight', width),
    output,
  ];
  for (let layer = 0; layer < layers; layer += 1)
    for (const [name, ...dims] of [
      ['attn_norm', width],
      ['attn_q', width, width],
      ['attn_k', width, width],
      ['attn_v', width, width],
      ['attn_output', width, width],
      ['ffn_norm', width],
      ['ffn_gate', width, feed],
      ['ffn_up', width, feed],
      ['ffn_down', feed, width],
    ] as const)
      all.push(tensor(`blk.${layer}.${name}.weight`, ...dims));
  return writeGguf(llamaMetadata({ tokens, types, longest: LONGEST, template: TEMPLATE, shape }), all);
}

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
