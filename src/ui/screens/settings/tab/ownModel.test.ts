import { expect, it } from 'vitest';
import { fromFiles, fromWebllmFiles } from './ownModel.ts';

const file = (name: string) => new File(['x'], name);

it('names a model in files by its first part, or by its library', () => {
  expect(fromFiles([file('m-2.gguf'), file('my m-1.GGUF')], 2048)).toMatchObject({
    ...{ id: 'wllama/m-2', engine: 'wllama', title: 'm-2.gguf', contextTokens: 2048 },
  });
  const files = [file('tokenizer.json'), file('Qwen2-0.5B-Instruct-q4f32_1-ctx4k_cs1k-webgpu.wasm')];
  expect(fromWebllmFiles(files, 2048)).toEqual({
    id: 'webllm/Qwen2-0.5B-Instruct-q4f32_1',
    engine: 'webllm',
    title: 'Qwen2-0.5B-Instruct-q4f32_1',
    source: { from: 'files', files },
    contextTokens: 2048,
    library: null,
  });
});

it('says which file of a model is missing', () => {
  expect(() => fromFiles([], 2048)).toThrow('no file was chosen');
  expect(() => fromWebllmFiles([file('tokenizer.json')], 2048)).toThrow('no library (.wasm) is among them');
});
