import { z } from 'zod';
import type { Domain, Json } from '../../environment/index.ts';
import { InputError } from '../../environment/index.ts';
import { parseUntrusted } from '../jsonText.ts';
import { recordedRuns, recordedRunSchema } from '../recorded.ts';
import { defineReader, MB } from './reader.ts';
import { textOf } from './text.ts';

/** Rollouts that somebody else ran. */
export const foundRolloutsSchema = z.strictObject({
  kind: z.literal('rollouts'),
  runs: z.array(recordedRunSchema),
  /** The tasks that the file carries, in the form of tau2-bench. Already JSON, and parsed when they are imported. */
  tasks: z.array(z.custom<Json>()),
  /** The model that served, where the file tells. */
  agent: z.string().nullable(),
  /** Whether the tasks of another file cannot be meant. */
  ownTasksOnly: z.boolean(),
});

/** A results file of tau2-bench, or a list of trajectories of tau-bench. */
export const rolloutsReader = defineReader({
  kind: 'rollouts',
  title: 'a file of rollouts',
  // It is parsed as a whole, and a page has to hold what is in it.
  limit: 64 * MB,
  schema: foundRolloutsSchema,
  recognises: ({ text }) =>
    /^\{\s*"(timestamp|info|simulations)"\s*:/.test(text) ||
    /^\{\s*"tasks"\s*:\s*\[\s*\{/.test(text) ||
    /^\[\s*\{\s*"task_id"\s*:\s*("[^"]*"|\d+)\s*,\s*"(reward|info|traj|trial)"/.test(text) ||
    (text.startsWith('[') && /"traj"\s*:\s*\[/.test(text)),
  named: ({ name }) => /(^|[_-])(results|rollouts|simulations)([_-].*)?\.json$/.test(name),
  read(path, bytes, domains) {
    const value = parseUntrusted(textOf(path, bytes), path);
    const { runs, tasks, agent, ownTasksOnly } = recordedRuns(value, path, transferTools(domains));
    if (runs.length === 0)
      throw new InputError(
        path,
        'there is no rollout in this file.',
        'Results that lie in a folder of their own, one file each, are not read: save them as one file.',
      );
    return { kind: 'rollouts' as const, runs: [...runs], tasks: [...tasks], agent, ownTasksOnly };
  },
});

const transferTools = (domains: readonly Domain[]) =>
  domains.flatMap(({ transferTool }) => (transferTool === undefined ? [] : [transferTool.name]));
