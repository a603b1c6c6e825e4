import { expect, it } from 'vitest';
import { WebllmForm, type WebllmFormInput } from './WebllmForm.svelte.ts';
import { fromRecord } from './ownModel.ts';

const record = {
  model: 'https://huggingface.co/me/mine',
  model_id: 'mine',
  model_lib: 'https://huggingface.co/me/mine.wasm',
  overrides: { context_window_size: 2048, temperature: 0.2 },
  required_features: ['shader-f16', 'subgroups'],
  buffer_size_required_bytes: 7,
};
const form = (input: Partial<WebllmFormInput> = {}) =>
  new WebllmForm({ model: null, taken: new Set(), mayConnect: () => true, ...input });

it('fills its fields from a pasted record, and makes the same of them', () => {
  const made = form();
  made.paste(JSON.stringify(record));
  expect(made.texts).toMatchObject({
    ...{ model_id: 'mine', window: '2048', overrides: '{"temperature":0.2}' },
    ...{ required_features: 'shader-f16, subgroups', vram_required_MB: '', integrity: '' },
  });
  expect(made.submit()).toEqual(fromRecord(record));
  made.set('vram_required_MB', '1,200');
  expect(made.submit()?.record?.vram_required_MB).toBe(1200);
});

it('says what is wrong, field by field, and takes that back when it is changed', () => {
  const made = form();
  expect(made.submit()).toBeNull();
  expect(Object.keys(made.problems).sort()).toEqual(['model', 'model_id', 'model_lib']);
  made.set('model', record.model);
  expect(made.problems.model).toBeUndefined();
  made.set('model_id', 'mine');
  made.set('model_lib', record.model_lib);
  made.set('window', 'large');
  made.set('integrity', '{');
  expect(made.submit()).toBeNull();
  expect(made.problems.overrides).toContain('context_window_size: expected a whole number');
  expect(made.problems.integrity).toContain('expected JSON');
});

it('shows a record with mistakes where they are', () => {
  const made = form();
  made.paste(JSON.stringify({ ...record, model_lib: 'lib.wasm', overrides: 'none' }));
  expect(made.texts.model_lib).toBe('lib.wasm');
  expect(made.problems.model_lib).toContain('whole address');
  expect(made.problems.overrides).toBeDefined();
});

it('adds all records of an appConfig, or says which of them is wrong', () => {
  const made = form();
  const other = { ...record, model_id: 'other' };
  made.paste(JSON.stringify({ model_list: [record, other] }));
  expect(made.several.map(({ id }) => id)).toEqual(['webllm/mine', 'webllm/other']);
  made.paste(JSON.stringify([record, { ...other, model_lib: 3 }]));
  expect(made.several).toEqual([]);
  expect(made.pasteProblem).toContain('Record 2 of 2, model_lib');
  made.paste('{model: "x"}');
  expect(made.pasteProblem).toContain('no JSON of a model');
});

it('lets a model keep its name, and no other take it', () => {
  const taken = new Set(['webllm/mine']);
  const model = fromRecord(record);
  expect(form({ model, taken }).submit()).toEqual(model);
  const other = form({ taken });
  other.paste(JSON.stringify(record));
  expect(other.problems.model_id).toContain('already');
});
