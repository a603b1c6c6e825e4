import { describe, expect, it } from 'vitest';
import { writeGguf } from './gguf.ts';
import { scriptedGguf } from './scriptedGguf.ts';

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const text = (value: string) => hex(new TextEncoder().encode(value));

describe('a GGUF file', () => {
  it('is these bytes', () => {
    const file = writeGguf({ a: { type: 'u32', value: 7 }, b: { type: 'strs', value: ['x', 'é'] } }, [
      { name: 't', dims: [2], data: new Float32Array([1, -2]) },
    ]);
    const head = [
      text('GGUF'),
      '03000000',
      '0100000000000000',
      '0200000000000000',
      // a: u32 7
      `0100000000000000${text('a')}0400000007000000`,
      // b: an array of two strings
      `0100000000000000${text('b')}09000000080000000200000000000000`,
      `0100000000000000${text('x')}0200000000000000${text('é')}`,
      // t: one dimension of two, floats of 32 bits, at the beginning
      `0100000000000000${text('t')}010000000200000000000000000000000000000000000000`,
    ].join('');
    const length = head.length / 2;
    const start = Math.ceil(length / 32) * 32;
    expect(hex(file.slice(0, length))).toBe(head);
    expect(hex(file.slice(length, start))).toBe('00'.repeat(start - length));
    expect(hex(file.slice(start))).toBe(`0000803f000000c0${'00'.repeat(24)}`);
  });

  it('writes every other type', () => {
    const file = writeGguf(
      {
        i: { type: 'i32', value: -1 },
        f: { type: 'f32', value: 0.5 },
        y: { type: 'bool', value: true },
        s: { type: 'str', value: 'ab' },
        n: { type: 'i32s', value: [1, -1] },
      },
      [],
    );
    expect(hex(file)).toContain(
      [
        `0100000000000000${text('i')}05000000ffffffff`,
        `0100000000000000${text('f')}060000000000003f`,
        `0100000000000000${text('y')}0700000001`,
        `0100000000000000${text('s')}080000000200000000000000${text('ab')}`,
        `0100000000000000${text('n')}0900000005000000020000000000000001000000ffffffff`,
      ].join(''),
    );
  });
});

describe('a scripted model', () => {
  it('is the same bytes every time', () => {
    const [one, two] = [0, 1].map(() => Buffer.from(scriptedGguf(['It is 21 degrees.'])));
    expect(one?.equals(two ?? Buffer.of())).toBe(true);
  });

  it('refuses a script in which nobody could tell what comes next', () => {
    expect(() => scriptedGguf(['Yes.', 'Yes.'])).toThrow('says the same twice: Yes.');
    expect(() => scriptedGguf(['Yes, it is.', 'Yes, it was.'])).not.toThrow();
  });
});
