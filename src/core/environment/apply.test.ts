import { expect, it } from 'vitest';
import { z } from 'zod';
import { library } from '#domains/library/index.ts';
import { runTool } from './apply.ts';
import { ToolError } from './errors.ts';
import { State, type Database } from './state.ts';
import { toolsFor } from './tool.ts';

const state = State.of({ members: {}, loans: { a: { id: 'a', n: 1 } } });
const failing = (keepsChanges: boolean) =>
  toolsFor<Database>()({
    name: 'fail',
    description: '',
    kind: 'write',
    parameters: z.strictObject({ n: z.int() }),
    execute(db, { n }) {
      db.update('loans', 'a', (row) => void Object.assign(row, { n }));
      throw new ToolError('no', { keepsChanges });
    },
  });
const run = (keepsChanges: boolean) =>
  runTool(library, state, failing(keepsChanges), { name: 'fail', arguments: { n: 2 } });

it('drops what a failing tool wrote', () => {
  expect(run(false)).toEqual({ ok: false, state, failure: 'rejected', message: 'no' });
  expect(run(false).state).toBe(state);
});

it('keeps it where the tool says that it fails halfway', () => {
  const outcome = run(true);
  expect(outcome).toMatchObject({ ok: false, failure: 'rejected', message: 'no' });
  expect(outcome.state.get('loans', 'a')).toEqual({ id: 'a', n: 2 });
  expect(state.get('loans', 'a')).toEqual({ id: 'a', n: 1 });
});
