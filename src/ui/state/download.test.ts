import { expect, test } from 'vitest';
import { csv } from './download.ts';

test('csv quotes what has to be quoted, and disarms formulas', () => {
  const rows = [
    ['a,b', 'say "hi"', 1.5],
    ['=1+1', null, 'two\nlines'],
  ];
  expect(csv(rows)).toBe('"a,b","say ""hi""",1.5\r\n\'=1+1,,"two\nlines"\r\n');
});
