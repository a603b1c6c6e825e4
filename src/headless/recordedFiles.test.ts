import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { isRecorded, readRecorded } from './recordedFiles.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, value: unknown) =>
  writeFileSync(join(folder, name), JSON.stringify(value, null, 1));
const simulation = (id: string, task: string) => ({
  id,
  task_id: task,
  trial: 0,
  termination_reason: 'user_stop',
  reward_info: { reward: 1 },
  messages: [{ role: 'assistant', content: 'Hi!' }],
});
const meta = { timestamp: 'now', info: { agent_info: { llm: 'a/model' } }, tasks: [{ id: '0' }] };
const index = (...ids: string[]) => ids.map((id) => ({ id, task_id: '0', trial: 0 }));

/** A results folder as tau2-bench writes it. */
function results(listed: readonly string[], files: readonly string[]): void {
  write('results.json', { ...meta, simulation_index: index(...listed) });
  mkdirSync(join(folder, 'simulations'));
  for (const id of files) write(`simulations/${id}.json`, simulation(id, '0'));
}

describe('a results folder', () => {
  it('is read from its results.json and a file for each rollout, by either name', async () => {
    results(['b', 'a'], ['a', 'b']);
    for (const path of [folder, join(folder, 'results.json')]) {
      expect(isRecorded(path)).toBe(true);
      const { runs, agent, tasks, elsewhere } = await readRecorded(path, library);
      expect(runs.map(({ task_id, recorded }) => [task_id, recorded])).toEqual([
        ['0', 1],
        ['0', 1],
      ]);
      expect({ agent, tasks, elsewhere }).toEqual({
        agent: 'a/model',
        tasks: [{ id: '0' }],
        elsewhere: null,
      });
    }
  });

  it.each([
    [['a', 'b'], ['a'], 'it lists b, and there is no such file below simulations/'],
    [['a'], ['a', 'c'], 'it does not list c, which lies below simulations/'],
    [['a'], [], 'its rollouts lie in files of their own, below simulations/. Bring the whole folder.'],
  ])('that lists %j and holds %j is refused', async (listed, files, message) => {
    results(listed, files);
    await expect(readRecorded(folder, library)).rejects.toThrow(message);
  });

  it('without results.json is no results folder', () => {
    expect(() => isRecorded(folder)).toThrow('there is no results.json in this folder');
  });

  it('that was saved as one file is that file', async () => {
    write('results.json', { ...meta, simulations: [simulation('a', '0')], simulation_index: index('a') });
    expect((await readRecorded(folder, library)).runs).toHaveLength(1);
  });
});

it('tells rollouts of our own by their beginning', () => {
  write('own.jsonl', { agent: 'careful', trial: 0, rollout: { id: '1' }, verdict: {} });
  expect(isRecorded(join(folder, 'own.jsonl'))).toBe(false);
  write('odd.json', { a: 1 });
  expect(isRecorded(join(folder, 'odd.json'))).toBe(true);
});
