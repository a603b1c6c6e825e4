import { describe, expect, it } from 'vitest';
import { readRecord, recordsIn } from './record.ts';

const good = {
  model: 'https://huggingface.co/me/mine/resolve/main/',
  model_id: 'mine-q4f16_1',
  model_lib: 'https://huggingface.co/me/mine/resolve/main/lib.wasm',
};
const reach = (address: string) => /huggingface|localhost/.test(address);
const problemsOf = (change: object) => {
  const read = readRecord({ ...good, ...change }, reach);
  return 'problems' in read ? read.problems : {};
};

it('takes a record with everything, and one with the least', () => {
  expect(readRecord(good, reach)).toEqual({ record: { ...good, model: 'https://huggingface.co/me/mine' } });
  const all = {
    ...{ overrides: { context_window_size: 8192, attention_sink_size: 4 }, vram_required_MB: 900.5 },
    ...{ low_resource_required: true, buffer_size_required_bytes: 1, required_features: ['shader-f16'] },
    ...{
      integrity: { model_lib: 'sha384-AAAA', tokenizer: { 'tokenizer.json': 'sha256-BB==' } },
      model_type: 0,
    },
  };
  expect(problemsOf(all)).toEqual({});
  expect(
    problemsOf({ model: 'http://localhost:8000/m', model_lib: 'http://127.0.0.1/huggingface.wasm' }),
  ).toEqual({});
});

it.each<[string, object, string]>([
  ['model', { model: 'me/mine' }, 'whole address'],
  ['model', { model: undefined }, 'the address of the folder'],
  ['model', { model: 'http://huggingface.co/me/mine' }, 'expected https'],
  ['model_lib', { model_lib: 'https://elsewhere.example/a.wasm' }, 'CONNECT_SRC="https://elsewhere.example"'],
  ['model_lib', { model_lib: 'javascript:alert(1)' }, 'expected https'],
  ['model_id', { model_id: 'a b' }, 'letters, digits'],
  ['model_id', { vram: 3 }, 'not known here: vram'],
  ['overrides', { overrides: { context_window_size: 0 } }, 'context_window_size: expected a number above 0'],
  ['overrides', { overrides: { sliding_window_size: 512 } }, 'forget the policy'],
  ['vram_required_MB', { vram_required_MB: 'much' }, 'a number of megabytes'],
  ['integrity', { integrity: { config: 'md5-1' } }, 'config: expected a hash'],
  ['integrity', { integrity: { onFailure: 'warn' } }, 'end the load'],
  ['required_features', { required_features: [3] }, '0: expected names'],
])('says what is wrong with %s of %o', (field, change, words) => {
  expect(problemsOf(change)).toEqual({ [field]: expect.stringContaining(words) as string });
});

describe('a text', () => {
  it.each([
    ['one record', JSON.stringify(good), 1],
    ['a list', JSON.stringify([good, good]), 2],
    ['an appConfig', JSON.stringify({ cacheBackend: 'cache', model_list: [good, good, good] }), 3],
  ])('holds %s', (_, text, count) => {
    expect(recordsIn(text)).toHaveLength(count);
  });
  it('is none', () => {
    expect(recordsIn('{model: "x"}')).toBeNull();
    expect(recordsIn('"x"')).toBeNull();
    expect(readRecord('x', reach)).toMatchObject({ problems: { model: expect.any(String) as string } });
  });
});
