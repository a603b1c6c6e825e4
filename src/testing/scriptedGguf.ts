/**
 * A language model whose replies a test writes, as a GGUF file: a real engine loads it, tokenizes, decodes and samples.
 * Embeddings are one-hot, its layer does nothing, and the output matrix says which token follows which, so that greedy
 * decoding speaks a script. Its chat template opens each reply with a token of its own (which reply it is: as many as the
 * conversation has already), where that reply's chain of tokens begins.
 */
import { writeGguf, type GgufTensor, type GgufValue } from './gguf.ts';

const END = '<|im_end|>';
/** Tokens with a meaning for the engine. The first ends a text, which no reply does. */
export const SPECIAL = ['<|endoftext|>', '<|im_start|>', END] as const;
export const TYPE = { normal: 1, control: 3, own: 4, unused: 5 } as const;
/** Width of keys and values: attention is there, and does nothing. */
const HEAD = 32;
const FEED = 32;

export interface ScriptedGguf {
  /** Tokens of prompt and reply that it says it was trained for. */
  readonly longest?: number;
  /** Replaces the template that speaks the script. */
  readonly template?: string;
}

/** The file of a model that gives these replies, by how many replies a conversation has already. */
export function scriptedGguf(
  replies: readonly string[],
  { longest = 32_768, template = TEMPLATE }: ScriptedGguf = {},
): Uint8Array<ArrayBuffer> {
  const tokens = [...byteTokens(), ...SPECIAL, ...TAGS];
  const types: number[] = tokens.map((token) =>
    SPECIAL.some((special) => special === token)
      ? TYPE.control
      : TAGS.includes(token)
        ? TYPE.own
        : TYPE.normal,
  );
  const used = new Set(tokens);
  const next = new Map<number, number>();
  const end = tokens.indexOf(END);
  replies.forEach((reply, at) => {
    const chain = [tokens.length];
    tokens.push(turnToken(at));
    types.push(TYPE.control);
    for (const piece of piecesOf(reply, used)) {
      chain.push(tokens.length);
      tokens.push(piece);
      types.push(TYPE.own);
    }
    [...chain, end].forEach((token, i, all) => {
      const before = all[i - 1];
      if (before !== undefined) next.set(before, token);
    });
  });
  while (tokens.length % HEAD !== 0) {
    tokens.push(`<|unused_${tokens.length}|>`);
    types.push(TYPE.unused);
  }
  const shape = { width: tokens.length, layers: 1, heads: 1, head: HEAD, feed: FEED };
  return writeGguf(
    llamaMetadata({ tokens, types, longest, template, shape }),
    tensors(tokens.length, next, end),
  );
}

/** Opens the reply of that number; the ones of a conversation are counted from 0. */
const turnToken = (turn: number) => `<|turn_${turn}|>`;

/** Tags are tokens of their own in models that know them. */
const TAGS = ['<think>', '</think>', '<tool_call>', '</tool_call>'];

/**
 * A reply in words, each a token that no other reply has, so that what follows it is known. A word that is taken grows by
 * what comes after it, or joins what came before.
 */
function piecesOf(reply: string, used: Set<string>): readonly string[] {
  const words = reply.match(/\s*\S+|\s+$/g) ?? [];
  const pieces: string[] = [];
  for (let i = 0; i < words.length;) {
    let piece = words[i++] ?? '';
    while (used.has(piece) && i < words.length) piece += words[i++] ?? '';
    while (used.has(piece) && pieces.length > 0) {
      const before = pieces.pop() ?? '';
      used.delete(before);
      piece = before + piece;
    }
    if (used.has(piece)) throw new TypeError(`the script says the same twice: ${piece}`);
    used.add(piece);
    pieces.push(piece);
  }
  return pieces;
}

/** One token for each byte, in the letters by which GPT-2's vocabulary writes them. */
export function byteTokens(): string[] {
  const shown = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(shown(byte) ? byte : 256 + hidden++));
}

/** A model of the llama family, as the metadata of its file describes it. */
export interface LlamaFile {
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  readonly longest: number;
  readonly template: string;
  readonly shape: {
    readonly width: number;
    readonly layers: number;
    readonly heads: number;
    readonly head: number;
    readonly feed: number;
  };
}

/** The metadata of a model that does not speak of itself: {@link END} ends its replies. */
export function llamaMetadata({
  tokens,
  types,
  longest,
  template,
  shape,
}: LlamaFile): Record<string, GgufValue> {
  const id = (token: string) => ({ type: 'u32', value: tokens.indexOf(token) }) as const;
  const u32 = (value: number) => ({ type: 'u32', value }) as const;
  const str = (value: string) => ({ type: 'str', value }) as const;
  return {
    'general.architecture': str('llama'),
    'general.name': str('Test'),
    'general.file_type': u32(0),
    'llama.context_length': u32(longest),
    'llama.embedding_length': u32(shape.width),
    'llama.block_count': u32(shape.layers),
    'llama.feed_forward_length': u32(shape.feed),
    'llama.attention.head_count': u32(shape.heads),
    'llama.attention.head_count_kv': u32(shape.heads),
    'llama.attention.key_length': u32(shape.head),
    'llama.attention.value_length': u32(shape.head),
    'llama.rope.dimension_count': u32(shape.head),
    'llama.rope.freq_base': { type: 'f32', value: 10_000 },
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'llama.vocab_size': u32(tokens.length),
    'tokenizer.ggml.model': str('gpt2'),
    'tokenizer.ggml.pre': str('qwen2'),
    'tokenizer.ggml.tokens': { type: 'strs', value: tokens },
    'tokenizer.ggml.token_type': { type: 'i32s', value: types },
    // The format wants merges; this one joins nothing that occurs.
    'tokenizer.ggml.merges': { type: 'strs', value: ['\u00ff \u00ff'] },
    'tokenizer.ggml.bos_token_id': id('<|endoftext|>'),
    'tokenizer.ggml.eos_token_id': id(END),
    'tokenizer.ggml.eot_token_id': id(END),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': str(template),
  };
}

function tensors(size: number, next: ReadonlyMap<number, number>, end: number): readonly GgufTensor[] {
  const zeros = (...dims: number[]) => new Float32Array(dims.reduce((all, dim) => all * dim, 1));
  const embedding = zeros(size, size);
  const output = zeros(size, size);
  for (let token = 0; token < size; token += 1) {
    embedding[token * size + token] = 1;
    const follower = next.get(token);
    if (follower === undefined) output[end * size + token] = 0.5;
    else output[follower * size + token] = 2;
  }
  const layer = (name: string, ...dims: number[]): GgufTensor => ({
    name: `blk.0.${name}.weight`,
    dims,
    data: dims.length === 1 ? zeros(...dims).fill(1) : zeros(...dims),
  });
  return [
    { name: 'token_embd.weight', dims: [size, size], data: embedding },
    { name: 'output_norm.weight', dims: [size], data: zeros(size).fill(1) },
    { name: 'output.weight', dims: [size, size], data: output },
    layer('attn_norm', size),
    layer('attn_q', size, HEAD),
    layer('attn_k', size, HEAD),
    layer('attn_v', size, HEAD),
    layer('attn_output', HEAD, size),
    layer('ffn_norm', size),
    layer('ffn_gate', size, FEED),
    layer('ffn_up', size, FEED),
    layer('ffn_down', FEED, size),
  ];
}

/** ChatML with tools in the manner of Hermes and thoughts in tags, as small models have it. */
export const TEMPLATE = `{%- if tools %}
{{- '<|im_start|>system\\n' }}
{%- if messages[0].role == 'system' %}{{- messages[0].content + '\\n\\n' }}{%- endif %}
{{- "# Tools\\n\\nYou are provided with function signatures within <tools></tools> XML tags:\\n<tools>" }}
{%- for tool in tools %}{{- "\\n" }}{{- tool | tojson }}{%- endfor %}
{{- "\\n</tools>\\n\\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\\n<tool_call>\\n{\\"name\\": <function-name>, \\"arguments\\": <args-json-object>}\\n</tool_call><|im_end|>\\n" }}
{%- elif messages[0].role == 'system' %}
{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- set seen = namespace(replies=0) %}
{%- for message in messages %}
{%- if message.role == 'user' %}
{{- '<|im_start|>user\\n' + message.content + '<|im_end|>\\n' }}
{%- elif message.role == 'assistant' %}
{%- set seen.replies = seen.replies + 1 %}
{{- '<|im_start|>assistant\\n' }}
{%- if message.reasoning_content %}{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{%- endif %}
{%- if message.content %}{{- message.content }}{%- endif %}
{%- for call in message.tool_calls %}
{{- '\\n<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
{%- if call.function.arguments is string %}{{- call.function.arguments }}{%- else %}{{- call.function.arguments | tojson }}{%- endif %}
{{- '}\\n</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>\\n' }}
{%- elif message.role == 'tool' %}
{{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n<|turn_' ~ seen.replies ~ '|>' }}
{%- if enable_thinking is defined and enable_thinking is false %}{{- '' }}{%- endif %}
{%- endif %}`;
