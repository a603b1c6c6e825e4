import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { taskSchema } from '#core/certify/index.ts';
import { judgedRolloutSchema } from '#core/pipeline/index.ts';
import { conditions } from '#core/transform/index.ts';
import { findDomain } from '#domains/index.ts';
import { makeRecording } from '../../testing/makeRecording.ts';
import { loadRecording } from './recording.ts';

const FILE = 'public/recorded/retail.json';
const SEED = 'recorded-103';

// Written anew with RECORD=1, after the engine has changed what it says.
test.runIf(process.env['RECORD'] === '1')('the recorded run is made', async () => {
  const domain = findDomain('retail');
  const recording = domain && (await makeRecording(domain, SEED));
  expect(recording).toBeDefined();
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify(recording));
});

const respond =
  (body: string, status = 200) =>
  () =>
    Promise.resolve(new Response(body, { status }));

test('the recorded run is a matched set, and every part of it parses', async () => {
  const recording = await loadRecording(respond(readFileSync(FILE, 'utf8')));
  const tasks = z.array(taskSchema).parse(recording.tasks);
  const rollouts = z.array(judgedRolloutSchema).parse(recording.rollouts);
  expect(tasks.map((task) => task.condition)).toEqual([...conditions]);
  expect(new Set(tasks.map((task) => task.provenance.set)).size).toBe(1);
  expect(rollouts.map(({ verdict }) => verdict.class)).toEqual(['pass', 'fail', 'fail', 'fail']);
});

test('a file that is no recording, or none at all, is refused', async () => {
  await expect(loadRecording(respond('{"tasks":[]}'))).rejects.toThrow('not what this page expects');
  await expect(loadRecording(respond('', 404))).rejects.toThrow('status 404');
});
