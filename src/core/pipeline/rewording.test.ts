import { beforeAll, describe, expect, it } from 'vitest';
import { retail } from '#domains/retail/index.ts';
import { scripted } from '../../testing/scriptedModel.ts';
import type { Task } from '../certify/index.ts';
import { seedState } from '../environment/index.ts';
import { promptsDigest } from '../prompts/index.ts';
import { rewordTask } from './rewording.ts';
import { createRunner } from './run.ts';

const database = { kind: 'seed', domain: 'retail', seed: 'words', size: 40 } as const;
const state = seedState(retail, database.seed, database.size);
let tasks: Task[] = [];

beforeAll(async () => {
  const wanted = { general: 2, ambiguous: 4, changing: 2, infeasible: 2 };
  const job = { type: 'generate', database, seed: 'w', batch: 0, wanted, knobs: {} } as const;
  ({ tasks } = await createRunner([retail]).run(job));
}, 60_000);

const reword = (task: Task, write: (opening: string) => string) =>
  rewordTask({
    domain: retail,
    state,
    task,
    seed: 's',
    model: scripted(() => ({ text: write(task.program.openingText) })),
  });

describe('an opening in new words', () => {
  it('is kept when it says the same, with a certificate of its own', async () => {
    for (const task of tasks) {
      const { task: made, changed } = await reword(
        task,
        (opening) => `Good day to you. ${opening} I would be grateful.`,
      );
      expect([task.id, changed]).toEqual([task.id, true]);
      expect(made.certificate.accepted).toBe(true);
      expect(made.certificate.task).not.toBe(task.certificate.task);
      expect(made.program.requests).toEqual(task.program.requests);
      expect(made.id).not.toBe(task.id);
      expect(made.provenance).toEqual({
        ...task.provenance,
        transforms: [...task.provenance.transforms, `reworded by scripted/model, prompts ${promptsDigest}`],
      });
    }
  });

  it('is thrown away when it gives away what is hidden', async () => {
    for (const task of tasks.filter(({ hidden }) => hidden.length > 0)) {
      const [{ request, slot }] = task.hidden as [Task['hidden'][0]];
      const label = task.program.requests.find(({ id }) => id === request)?.slots[slot]?.label ?? '';
      const { task: same, changed, note } = await reword(task, (opening) => `${opening} I mean ${label}.`);
      expect([task.id, changed]).toEqual([task.id, false]);
      expect(same).toBe(task);
      expect(note.rejected.length).toBe(3);
    }
  });

  it.each([
    ['nothing', () => ''],
    ['an order that nobody mentioned', (opening: string) => `${opening} It is #W0000001.`],
    ['goodbye', (opening: string) => `${opening} That is all, bye!`],
  ])('is thrown away when it says %s', async (_, write) => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    expect((await reword(task, write)).changed).toBe(false);
  });

  it('is thrown away when a name or number is gone', async () => {
    const task = tasks.find(({ program }) => /\d/.test(program.openingText));
    if (task === undefined) throw new Error('no task with a number');
    expect((await reword(task, (opening) => opening.replace(/\S*\d\S*/g, 'that one'))).changed).toBe(false);
  });
});
