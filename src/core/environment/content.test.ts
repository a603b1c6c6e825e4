import { describe, expect, it } from 'vitest';
import { pythonJson } from './content.ts';

describe('JSON as Python writes it', () => {
  it('escapes what is not ASCII and separates with a space', () => {
    expect(pythonJson({ a: ['ü', null, true], b: {} }, new Set())).toBe(
      '{"a": ["\\u00fc", null, true], "b": {}}',
    );
  });

  it('writes decimals by the name of their field', () => {
    const row = { price: 5, lines: [{ price: 2.5, count: 2 }], prices: [1] };
    expect(pythonJson(row, new Set(['price']))).toBe(
      '{"price": 5.0, "lines": [{"price": 2.5, "count": 2}], "prices": [1]}',
    );
  });

  it('tells fields of one name apart by what they are in', () => {
    const row = {
      methods: { g1: { amount: 98 } },
      payments: [{ amount: 98 }],
      amount: 1,
      methodical: { a: { amount: 2 } },
    };
    expect(pythonJson(row, new Set(['methods.*.amount']))).toBe(
      '{"methods": {"g1": {"amount": 98.0}}, "payments": [{"amount": 98}], "amount": 1, "methodical": {"a": {"amount": 2}}}',
    );
  });
});
