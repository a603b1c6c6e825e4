import { expect, it } from 'vitest';
import { says } from './says.ts';

it.each([
  ['The refund is $54.04.', '$54.04', true],
  ['The refund is $54.04, today.', '$54.04', true],
  ['The refund is $154.04.', '54.04', false],
  ['The refund is $54.045.', '$54.04', false],
  ['There are 10 of them.', '10', true],
  ['There are 10.5 of them.', '10', false],
  ['There are 110 of them.', '10', false],
  ['In all $1,093.34.', '1093.34', true],
  ['It was Delivered yesterday.', 'delivered', true],
  ['It was undelivered.', 'delivered', false],
  ['It holds $98.00.', '$98', true],
  ['It holds $98.', '$98.00', true],
  ['It holds 98.0 dollars', '98', true],
  ['It holds $98.001.', '$98', false],
  ['Version 98.0.1', '98', false],
  ['Nothing.', '', false],
])('in "%s", "%s" is said: %s', (text, value, expected) => {
  expect(says(text, value)).toBe(expected);
});
