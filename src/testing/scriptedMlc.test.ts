import { describe, expect, it } from 'vitest';
import { byteTokens } from './scriptedGguf.ts';
import { scriptedMlc } from './scriptedMlc.ts';

const [vocabulary, hidden, feed] = [400, 320, 352];
/** A library's description of a model with one layer, among other bytes. */
const library = new TextEncoder().encode(
  `\0asm ü ${JSON.stringify({
    ...{ model_type: 'qwen2', quantization: 'q4f32_1', prefill_chunk_size: 64 },
    params: [
      ...quantized('model.embed_tokens', vocabulary, hidden),
      ...quantized('model.layers.0.self_attn.o_proj', hidden, hidden),
      ...quantized('model.layers.0.mlp.gate_up_proj', 2 * feed, hidden),
      ...quantized('model.layers.0.mlp.down_proj', hidden, feed),
      { name: 'model.norm.weight', shape: [hidden], dtype: 'float32' },
    ],
  })}} end`,
);
function quantized(name: string, rows: number, columns: number) {
  return [
    { name: `${name}.q_weight`, shape: [rows, columns / 8], dtype: 'uint32' },
    { name: `${name}.q_scale`, shape: [rows, columns / 32], dtype: 'float32' },
  ];
}
const turns = [
  { when: 'How warm?', reply: '{\n  "say": "21 degrées"\n}' },
  { when: '<tool_response>', reply: '{\n  "say": "22 degrees"\n}' },
];

type Json = Record<string, never>;
const files = scriptedMlc(library, turns);
const json = <T>(name: string) => JSON.parse(String(files.get(name))) as T;

/** A matrix as the engine computes with it. */
function matrix(name: string): readonly (readonly number[])[] {
  const { records } = json<{ records: { dataPath: string; records: Record<string, unknown>[] }[] }>(
    'ndarray-cache.json',
  );
  const [shard] = records;
  const data = files.get(shard?.dataPath ?? '') as Uint8Array;
  const read = (suffix: string) => {
    const found = shard?.records.find((one) => one['name'] === `${name}.${suffix}`) as {
      shape: number[];
      byteOffset: number;
      nbytes: number;
    };
    return { ...found, buffer: data.slice(found.byteOffset, found.byteOffset + found.nbytes).buffer };
  };
  const weight = read('q_weight');
  const words = new Uint32Array(weight.buffer);
  const scales = new Float32Array(read('q_scale').buffer);
  const [rows = 0, width = 0] = weight.shape;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: width * 8 }, (__, column) => {
      const word = words[row * width + (column >> 3)] ?? 0;
      const scale = scales[(row * width * 8 + column) >> 5] ?? 0;
      return (((word >>> ((column & 7) * 4)) & 15) - 7) * scale;
    }),
  );
}

describe('a scripted model for WebLLM', () => {
  it('says what the script says, computed from its weights', () => {
    const [embedding, gateUp, down] = [
      matrix('model.embed_tokens'),
      matrix('model.layers.0.mlp.gate_up_proj'),
      matrix('model.layers.0.mlp.down_proj'),
    ];
    const times = (rows: readonly (readonly number[])[], by: readonly number[]) =>
      rows.map((row) => row.reduce((sum, value, i) => sum + value * (by[i] ?? 0), 0));
    const norm = (x: readonly number[]) => {
      const size = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);
      return x.map((value) => value / size);
    };
    const following = (token: number): number => {
      const x = embedding[token] ?? [];
      const both = times(gateUp, norm(x));
      const inner = both
        .slice(0, feed)
        .map((gate, i) => (gate / (1 + Math.exp(-gate))) * (both[feed + i] ?? 0));
      const added = times(down, inner);
      const logits = times(embedding, norm(x.map((value, i) => value + (added[i] ?? 0))));
      return logits.indexOf(Math.max(...logits));
    };
    const tokenizer = json<{
      model: { vocab: Record<string, number> };
      added_tokens: { id: number; content: string }[];
    }>('tokenizer.json');
    const texts = new Map(Object.entries(tokenizer.model.vocab).map(([text, id]) => [id, text]));
    const idOf = (content: string) => tokenizer.added_tokens.find((one) => one.content === content)?.id ?? -1;
    const letters = byteTokens();
    const said = turns.map((_, i) => {
      const bytes: number[] = [];
      let token = following(idOf(String.fromCodePoint(0xe000 + i)));
      while (token !== idOf('<|im_end|>')) {
        bytes.push(...[...(texts.get(token) ?? '')].map((letter) => letters.indexOf(letter)));
        token = following(token);
      }
      return new TextDecoder().decode(Uint8Array.from(bytes));
    });
    expect(said).toEqual(turns.map(({ reply }) => reply));
    // Numbers behind the vocabulary, without a gap: the tokenizer gives them out itself.
    expect(tokenizer.added_tokens.map(({ id }) => id)).toEqual(
      tokenizer.added_tokens.map((_, i) => texts.size + i),
    );
  });

  it('has a configuration that adds nothing to a conversation', () => {
    const { conv_template: template } = json<{ conv_template: Json }>('mlc-chat-config.json');
    expect(template).toMatchObject({ seps: [''], role_content_sep: '', role_empty_sep: '' });
    expect(files.get('tensor-cache.json')).toBe(files.get('ndarray-cache.json'));
  });

  it('refuses what it cannot write', () => {
    expect(() => scriptedMlc(new Uint8Array(8), turns)).toThrow('does not describe a model');
    const other = new TextEncoder().encode('{"model_type":"llama","params":[]}');
    expect(() => scriptedMlc(other, turns)).toThrow(/qwen2/);
    // A token of one byte that every such model has.
    expect(() => scriptedMlc(library, [{ when: 'x', reply: 'a' }])).toThrow('the same twice: a');
  });
});
