/**
 * The files of a model for WebLLM whose replies a test writes, for a library (.wasm) that somebody has: the library lists
 * the weights it wants, and these make a model of that shape that speaks a script. Embeddings are one-hot, which the
 * output is tied to; the first layer's feed-forward part adds the token that follows, everything else adds nothing. Its
 * tokenizer takes a message of the script for one token, and all others for none: without a graphics processor a token
 * takes many seconds.
 *
 * Weights are those of MLC's q4f32_1: eight numbers of four bits in a word, the lowest first, each (n - 7) * scale, with a
 * scale for 32 of them. https://github.com/mlc-ai/mlc-llm/blob/main/python/mlc_llm/quantization/group_quantization.py
 */
import { z } from 'zod';
import { byteTokens } from './scriptedGguf.ts';

/** A message that contains `when` is answered with `reply`. */
export interface ScriptedTurn {
  readonly when: string;
  readonly reply: string;
}

const END = '<|im_end|>';
const SPECIAL = ['<|endoftext|>', '<|im_start|>', END];
/** Tokens of a reply. */
const PIECES = 3;
/** Bytes of a shard, unless one array is larger. */
const SHARD = 36_000_000;
const EMBEDDING = 'model.embed_tokens.';
const FEED = 'model.layers.0.mlp.';

const librarySchema = z.object({
  model_type: z.literal('qwen2'),
  quantization: z.literal('q4f32_1'),
  prefill_chunk_size: z.int(),
  params: z.array(
    z.object({ name: z.string(), shape: z.array(z.int()), dtype: z.enum(['uint32', 'float32']) }),
  ),
});
type Param = z.infer<typeof librarySchema>['params'][number];

/** The files of the model, by name; the library is not among them. Throws for a library of another family. */
export function scriptedMlc(
  library: Uint8Array,
  turns: readonly ScriptedTurn[],
  window = 8192,
): ReadonlyMap<string, Uint8Array | string> {
  const { params, prefill_chunk_size } = librarySchema.parse(metadataOf(library));
  const [vocabulary = 0, words = 0] = params.find(({ name }) => name === `${EMBEDDING}q_weight`)?.shape ?? [];
  const script = scriptOf(turns);
  if (script.tokens.length > words * 8) throw new TypeError('the script has too many tokens for this model');
  const files = new Map<string, Uint8Array | string>();
  files.set('tokenizer.json', JSON.stringify(tokenizerOf(script, turns)));
  files.set('mlc-chat-config.json', JSON.stringify(configOf(script, vocabulary, window, prefill_chunk_size)));
  const records = shardsOf(params, script, (name, bytes) => files.set(name, bytes));
  const list = JSON.stringify({ metadata: { ParamSize: params.length }, records });
  // The second is what WebLLM called it until 0.2.79.
  files.set('tensor-cache.json', list);
  files.set('ndarray-cache.json', list);
  return files;
}

/** What a library says of its model: JSON among its data. */
function metadataOf(library: Uint8Array): unknown {
  const text = new TextDecoder('latin1').decode(library);
  const start = text.indexOf('{"model_type"');
  if (start < 0) throw new TypeError('this library does not describe a model');
  let depth = 0;
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === '{') depth += 1;
    if (text[i] === '}') depth -= 1;
    if (depth === 0) return JSON.parse(text.slice(start, i + 1));
  }
  throw new TypeError('the description of the model has no end');
}

interface Script {
  /** Tokens by their number: bytes, pieces of replies, special ones, and one for each message of the script. */
  readonly tokens: readonly string[];
  readonly special: number;
  readonly marks: readonly string[];
  /** What follows a token; {@link END} where nothing is said. */
  readonly next: ReadonlyMap<number, number>;
}

function scriptOf(turns: readonly ScriptedTurn[]): Script {
  const letters = byteTokens();
  const written = (text: string) => [...new TextEncoder().encode(text)].map((byte) => letters[byte]).join('');
  const tokens = [...letters];
  const chains = turns.map(({ reply }) =>
    piecesOf(reply, tokens, written).map((piece) => tokens.push(piece) - 1),
  );
  const special = tokens.length;
  tokens.push(...SPECIAL);
  const end = tokens.indexOf(END);
  // Of an area that no text uses.
  const marks = turns.map((_, i) => String.fromCodePoint(0xe000 + i));
  const next = new Map<number, number>();
  chains.forEach((chain, i) => {
    const all = [tokens.push(marks[i] ?? '') - 1, ...chain];
    all.forEach((token, k) => next.set(token, all[k + 1] ?? end));
  });
  return { tokens, special, marks, next };
}

/** A reply in parts that no other reply has, so that what follows each is known. */
function piecesOf(reply: string, taken: readonly string[], written: (text: string) => string): string[] {
  for (let count = PIECES; count <= reply.length; count += 1) {
    const length = Math.ceil(reply.length / count);
    const pieces = Array.from({ length: Math.ceil(reply.length / length) }, (_, i) =>
      written(reply.slice(i * length, (i + 1) * length)),
    );
    if (new Set([...taken, ...pieces]).size === taken.length + pieces.length) return pieces;
  }
  throw new TypeError(`the script says the same twice: ${reply}`);
}

/** https://huggingface.co/docs/tokenizers: byte-level, and a normalizer that makes one letter of a known message. */
function tokenizerOf({ tokens, special, marks }: Script, turns: readonly ScriptedTurn[]) {
  const level = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  const replace = (pattern: string, content: string) => ({
    ...{ type: 'Replace', pattern: { Regex: pattern }, content },
  });
  return {
    ...{ version: '1.0', truncation: null, padding: null, post_processor: null },
    added_tokens: tokens.slice(special).map((content, i) => ({
      ...{ id: special + i, content, special: true, normalized: marks.includes(content) },
      ...{ single_word: false, lstrip: false, rstrip: false },
    })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        ...turns.map(({ when }, i) => replace(`[\\s\\S]*${escaped(when)}[\\s\\S]*`, marks[i] ?? '')),
        replace(`[^${marks.join('')}]`, ''),
      ],
    },
    ...{ pre_tokenizer: level, decoder: level },
    model: {
      ...{ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null },
      ...{ end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: true },
      vocab: Object.fromEntries(tokens.slice(0, special).map((token, i) => [token, i])),
      merges: [],
    },
  };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** A conversation without anything between its messages. */
function configOf({ tokens }: Script, vocabulary: number, window: number, chunk: number) {
  const [nothing, , end] = SPECIAL.map((token) => tokens.indexOf(token));
  return {
    ...{ version: '0.1.0', model_type: 'qwen2', quantization: 'q4f32_1', vocab_size: vocabulary },
    ...{ context_window_size: window, sliding_window_size: -1, prefill_chunk_size: chunk },
    ...{ attention_sink_size: -1, tensor_parallel_shards: 1, temperature: 0, top_p: 1 },
    ...{ presence_penalty: 0, frequency_penalty: 0, repetition_penalty: 1 },
    tokenizer_files: ['tokenizer.json'],
    tokenizer_info: { token_postproc_method: 'byte_level', prepend_space_in_encode: false },
    conv_template: {
      ...{ name: 'script', system_template: '{system_message}', system_message: '', messages: [] },
      roles: { user: '', assistant: '', tool: '' },
      role_templates: {
        ...{ user: '{user_message}', assistant: '{assistant_message}', tool: '{tool_message}' },
      },
      ...{
        seps: [''],
        role_content_sep: '',
        role_empty_sep: '',
        stop_str: [],
        stop_token_ids: [nothing, end],
      },
      ...{ function_string: '', use_function_calling: false, add_role_after_system_message: true },
    },
    ...{ pad_token_id: nothing, bos_token_id: nothing, eos_token_id: [end, nothing] },
  };
}

/** Writes the weights in shards, and returns the list of them. */
function shardsOf(
  params: readonly Param[],
  script: Script,
  write: (name: string, bytes: Uint8Array) => void,
): readonly object[] {
  const records: object[] = [];
  let parts: { readonly param: Param; readonly bytes: Uint8Array; readonly at: number }[] = [];
  let size = 0;
  const flush = () => {
    if (size === 0) return;
    const dataPath = `params_shard_${records.length}.bin`;
    const all = new Uint8Array(size);
    for (const { bytes, at } of parts) all.set(bytes, at);
    write(dataPath, all);
    records.push({
      ...{ dataPath, format: 'raw-shard', nbytes: size },
      records: parts.map(({ param, bytes, at }) => ({
        ...{ ...param, format: 'raw', nbytes: bytes.length, byteOffset: at },
      })),
    });
    parts = [];
    size = 0;
  };
  for (const param of params) {
    const bytes = new Uint8Array(weightsOf(param, script).buffer);
    if (size + bytes.length > SHARD) flush();
    parts.push({ param, bytes, at: size });
    size += bytes.length;
  }
  flush();
  return records;
}

const ZERO_WORD = 0x77777777;
const LARGEST = 15;
/** 1 / (15 - 7): the largest number of four bits stands for 1. */
const SCALE = 1 / 8;

function weightsOf({ name, shape, dtype }: Param, { tokens, next }: Script): Uint32Array | Float32Array {
  const count = shape.reduce((all, one) => all * one, 1);
  const speaks = name.startsWith(EMBEDDING) || name.startsWith(FEED);
  if (dtype === 'float32')
    return new Float32Array(count).fill(name.endsWith('norm.weight') ? 1 : speaks ? SCALE : 0);
  const data = new Uint32Array(count).fill(ZERO_WORD);
  if (!speaks) return data;
  const [rows = 0, columns = 0] = shape;
  const one = (row: number, column: number) => {
    const at = row * columns + (column >> 3);
    data[at] = ((data[at] ?? 0) | (LARGEST << ((column & 7) * 4))) >>> 0;
  };
  const end = tokens.indexOf(END);
  tokens.forEach((_, token) => {
    if (name.startsWith(EMBEDDING)) one(token, token);
    else if (name.startsWith(`${FEED}gate_up`)) {
      one(token, token);
      one(rows / 2 + token, token);
    } else one(next.get(token) ?? end, token);
  });
  return data;
}
