import { expect, test } from 'vitest';
import { inLanes } from './lanes.ts';

test('after a failure the others end in their own time, and the first reason is thrown', async () => {
  const abort = new AbortController();
  const kept: number[] = [];
  let next = 0;
  const lane = async () => {
    const own = next++;
    await new Promise((resolve) => setTimeout(resolve, own * 10));
    if (own === 0) throw new Error('the first reason');
    kept.push(own);
    abort.signal.throwIfAborted();
  };
  const work = inLanes(3, lane, () => abort.abort(new Error('a later reason')));
  await expect(work).rejects.toThrow('the first reason');
  expect(kept).toEqual([1, 2]);
});

test('without a failure every lane comes to its end', async () => {
  let ended = 0;
  await inLanes(
    3,
    () => {
      ended += 1;
      return Promise.resolve();
    },
    () => expect.unreachable(),
  );
  expect(ended).toBe(3);
});
