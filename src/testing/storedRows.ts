import fc from 'fast-check';
import { taskSchema } from '#core/certify/index.ts';
import { verdictSchema } from '#core/evaluate/index.ts';
import { trajectorySchema } from '#core/explore/index.ts';
import { rolloutSchema } from '#core/rollout/index.ts';
import { conditionSchema } from '#core/transform/index.ts';
import { jsonSchema, type Json } from '#core/environment/index.ts';
import {
  benchmarkRowSchema,
  packDatabase,
  rolloutRow,
  runRowSchema,
  settingRowSchema,
  taskRow,
  trajectoryRow,
  workspaceRowSchema,
  type DatabaseRow,
  type RolloutRow,
  type RunRow,
  type WorkspaceContents,
  type WorkspaceRow,
} from '../store/index.ts';
import { arbitraryOf } from './arbitrary.ts';

export const NOW = '2026-01-02T03:04:05.000Z';

/** A workspace with sensible values. */
export function workspaceNamed(id: string, more: Partial<WorkspaceRow> = {}): WorkspaceRow {
  return { id, title: `The ${id}`, demo: false, createdAt: NOW, updatedAt: NOW, backup: null, ...more };
}

/** A run with sensible values. */
export function runNamed(workspace: string, id: string, more: Partial<RunRow> = {}): RunRow {
  return {
    workspace,
    id,
    title: `Run ${id}`,
    kind: 'rollouts',
    seed: '1',
    agents: ['careful'],
    tasks: ['t1'],
    trials: 1,
    state: 'finished',
    note: null,
    recipe: {},
    createdAt: NOW,
    updatedAt: NOW,
    total: 1,
    done: 1,
    demo: false,
    ...more,
  };
}

const rollouts = arbitraryOf(rolloutSchema);
const verdicts = arbitraryOf(verdictSchema);
const tasks = arbitraryOf(taskSchema);
const trajectories = arbitraryOf(trajectorySchema);

/** Rollout rows of a run: valid in shape, without meaning. The same arguments give the same rows. */
export function rolloutsOf(workspace: string, run: string, count: number): RolloutRow[] {
  const pairs = fc.sample(fc.tuple(rollouts, verdicts), { numRuns: count, seed: 7 });
  return pairs.map(([rollout, verdict], index) => {
    const id = `t${index}/careful/0`;
    return rolloutRow(
      { workspace, run, condition: 'general' },
      { rollout: { ...rollout, id, task: `t${index}`, trial: 0 }, verdict },
      NOW,
    );
  });
}

/** A database row; large ones are compressed. */
export function databaseOf(workspace: string, id: string, value: Json): DatabaseRow {
  return {
    workspace,
    id,
    name: `${id}.json`,
    createdAt: NOW,
    ref: { kind: 'file', domain: 'retail', name: `${id}.json`, digest: id },
    content: packDatabase(value),
    policy: null,
  };
}

/** Whole workspaces with anything in them that the shapes allow. */
export function workspaceContents(id: string): fc.Arbitrary<WorkspaceContents> {
  const few = <T>(one: fc.Arbitrary<T>, key: (value: T) => string) =>
    fc.uniqueArray(one, { maxLength: 3, selector: key });
  const placed = <T extends { readonly workspace: string }>(one: fc.Arbitrary<T>) =>
    one.map((row) => ({ ...row, workspace: id }));
  return fc.record({
    workspace: arbitraryOf(workspaceRowSchema).map((row) => ({ ...row, id })),
    rows: fc.record({
      databases: few(fc.tuple(name, arbitraryOf(jsonSchema)), ([key]) => key).map((values) =>
        values.map(([key, value]) => databaseOf(id, key, value)),
      ),
      benchmarks: few(placed(arbitraryOf(benchmarkRowSchema)), (row) => row.id),
      trajectories: few(trajectories, (value) => value.id).map((values) =>
        values.filter((value) => value.id !== '').map((value) => trajectoryRow(id, value, NOW)),
      ),
      tasks: few(tasks, (value) => value.id).map((values) =>
        values.filter((value) => value.id !== '').map((value) => taskRow(id, value, NOW)),
      ),
      runs: few(placed(arbitraryOf(runRowSchema)), (row) => row.id),
      rollouts: few(rolloutRows(id), (row) => row.id),
      settings: few(placed(arbitraryOf(settingRowSchema)), (row) => row.id),
    }),
  });
}

const name = fc.string({ minLength: 1, maxLength: 8 });

function rolloutRows(workspace: string): fc.Arbitrary<RolloutRow> {
  const run = name.filter((id) => !id.includes('/'));
  return fc
    .tuple(run, arbitraryOf(conditionSchema), rollouts, verdicts)
    .map(([runId, condition, rollout, verdict]) =>
      rolloutRow({ workspace, run: runId, condition }, { rollout, verdict }, NOW),
    );
}
