import { expect, it } from 'vitest';
import { scripted } from '../../testing/scriptedModel.ts';
import type { OpenRun } from './openModels.ts';
import { ModelSpeeds } from './modelSpeeds.svelte.ts';

function setup(script: Parameters<typeof scripted>[0]) {
  const seen = { opened: 0, closed: 0, limits: [] as unknown[] };
  const open: OpenRun = (ids, plan) => {
    seen.opened += 1;
    seen.limits.push(plan.limits);
    const models = ids.map((id) => ({ ...scripted(script), id }));
    return Promise.resolve({ models, close: () => (seen.closed += 1) });
  };
  let nonces = 0;
  return { seen, speeds: new ModelSpeeds(open, () => `n${(nonces += 1)}`) };
}

it('knows the speed of models that were timed, within limits of its own, and closes them', async () => {
  const { seen, speeds } = setup(() => ({ text: 'one two' }));
  expect(speeds.of('a')).toBeNull();
  const timing = speeds.time(['a', 'b']);
  expect(speeds.working).toBe(true);
  await speeds.time(['c']);
  await timing;
  expect([speeds.working, speeds.problem]).toEqual([false, null]);
  expect(speeds.of('a')).not.toBeNull();
  expect(speeds.of('b')).not.toBeNull();
  // One timing at a time.
  expect(speeds.of('c')).toBeNull();
  expect(seen).toMatchObject({ opened: 1, closed: 1, limits: [{ calls: 4 }] });
});

it('says why a model could not be timed, and nothing when it was stopped', async () => {
  const { seen, speeds } = setup([new Error('no credit')]);
  await speeds.time(['a']);
  expect(speeds.problem).toBe('no credit');
  const again = speeds.time(['a']);
  speeds.stop();
  await again;
  expect([speeds.problem, speeds.working, speeds.of('a')]).toEqual([null, false, null]);
  expect(seen).toMatchObject({ opened: 2, closed: 2 });
});
