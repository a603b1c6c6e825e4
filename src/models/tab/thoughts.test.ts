import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { withoutThoughts } from '../assemble.ts';
import { ThoughtSplitter } from './thoughts.ts';

function split(chunks: readonly string[]) {
  const splitter = new ThoughtSplitter();
  const parts = chunks.flatMap((chunk) => splitter.add(chunk));
  const end = splitter.end();
  const all = [...parts, ...end.parts];
  const of = (type: string) => all.flatMap((part) => (part.type === type ? [part.text] : [])).join('');
  return { text: of('text'), thought: of('thought'), end };
}

const piece = fc.constantFrom(
  '<think>',
  '</think>',
  '<',
  'think',
  '>',
  '/',
  '\n\n',
  'a b',
  '日本',
  '</think-not>',
);

test.prop([fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(8), { maxLength: 30 })])(
  'wherever a reply is cut, its parts are those of the whole',
  (pieces, sizes) => {
    const whole = pieces.join('');
    const chunks: string[] = [];
    let at = 0;
    for (const size of sizes) {
      chunks.push(whole.slice(at, at + size));
      at += size;
    }
    chunks.push(whole.slice(at));
    const cut = split(chunks);
    const { text, thought } = split([whole]);
    expect([cut.text, cut.thought]).toEqual([text, thought]);
    expect([cut.end.text, cut.end.reasoning]).toEqual(withoutThoughts(whole));
  },
);

test('thoughts are apart, also when they never end', () => {
  expect(split(['<thi', 'nk>\nParis.\n</th', 'ink>\n\nWarm', '. '])).toMatchObject({
    text: 'Warm. ',
    thought: '\nParis.\n',
    end: { text: 'Warm.', reasoning: 'Paris.' },
  });
  expect(split(['<think>on and ', 'on'])).toMatchObject({ text: '', thought: 'on and on' });
  expect(split(['a < b, and </think-not> too']).text).toBe('a < b, and </think-not> too');
});
