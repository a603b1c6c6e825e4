import { describe, expect, it } from 'vitest';
import { parseToml } from './toml.ts';

describe('TOML', () => {
  it('becomes plain JSON, dates as text', () => {
    const text = [
      'price = 5.0',
      'since = 2025-01-20',
      'at = 2025-01-20T14:30:00',
      '[[lines]]',
      'id = "L1"',
      'tags = ["a", "b"]',
      '[[lines]]',
      'id = "L2"',
      '[phone.apn]',
      'name = "internet"',
    ].join('\n');
    expect(parseToml(text, 'db.toml')).toEqual({
      price: 5,
      since: '2025-01-20',
      at: expect.stringMatching(/^2025-01-20T14:30:00/) as string,
      lines: [{ id: 'L1', tags: ['a', 'b'] }, { id: 'L2' }],
      phone: { apn: { name: 'internet' } },
    });
  });

  it.each([
    ['a = 1\nb = ', /^db\.toml: not valid TOML at line 2, column \d+: /],
    ['a = 1\na = 2', /line 2/],
    ['{"a": 1}', /line 1, column 1/],
    ['__proto__ = 1', /not valid TOML/],
  ])('says where %j is not valid', (text, message) => {
    expect(() => parseToml(text, 'db.toml')).toThrow(message);
  });
});
