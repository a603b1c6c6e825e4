import { z } from 'zod';
import type { Domain, Json } from '../../environment/index.ts';
import { parseUntrusted } from '../jsonText.ts';
import { outlineJson, parsePiece } from '../pieces.ts';
import {
  joinRecorded,
  recordedPart,
  recordedRunSchema,
  recordedSimulation,
  RECORDED_FIELDS,
} from '../recorded.ts';
import { definePieceReader, defineReader, MB } from './reader.ts';
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
  /** Ids of rollouts that lie in files of their own, below `simulations/`; null where all are here. */
  elsewhere: z.array(z.string()).nullable(),
});

/** A results file of tau2-bench, or a list of trajectories of tau-bench. */
export const rolloutsReader = definePieceReader({
  kind: 'rollouts',
  title: 'a file of rollouts',
  // A page has to hold what was said and called; most of such a file is what else was logged.
  limit: 512 * MB,
  schema: foundRolloutsSchema,
  recognises: ({ text }) =>
    /^\{\s*"(timestamp|info|simulations)"\s*:/.test(text) ||
    /^\{\s*"tasks"\s*:\s*\[\s*\{/.test(text) ||
    /^\[\s*\{\s*"task_id"\s*:\s*("[^"]*"|\d+)\s*,\s*"(reward|info|traj|trial)"/.test(text) ||
    (text.startsWith('[') && /"traj"\s*:\s*\[/.test(text)),
  named: ({ name }) => /(^|[_-])(results|rollouts|simulations)([_-].*)?\.json$/.test(name),
  outline: (path, source, pass) => outlineJson(path, source, RECORDED_FIELDS, pass),
  readPiece: (path, piece, bytes, domains) => ({
    kind: 'rollouts' as const,
    ...recordedPart(path, piece, parsePiece(path, piece, bytes), transferTools(domains)),
  }),
  join: (path, outline, parts) => ({ kind: 'rollouts' as const, ...joinRecorded(path, outline, parts) }),
});

/** One rollout of a results folder of tau2-bench, in a file of its own. */
export const foundSimulationSchema = z.strictObject({
  kind: z.literal('simulation'),
  run: recordedRunSchema,
});

/** A file below `simulations/` of a results folder of tau2-bench. */
export const simulationReader = defineReader({
  kind: 'simulation',
  title: 'a rollout of a results folder',
  limit: 64 * MB,
  schema: foundSimulationSchema,
  recognises: ({ text, path }) => inSimulations(path) && /^\{\s*"(id|task_id)"\s*:/.test(text),
  named: ({ path, name }) => inSimulations(path) && name.endsWith('.json'),
  read: (path, bytes) => ({
    kind: 'simulation' as const,
    run: recordedSimulation(parseUntrusted(textOf(path, bytes), path), path),
  }),
});

const inSimulations = (path: string) => path.split('/').at(-2)?.toLowerCase() === 'simulations';

const transferTools = (domains: readonly Domain[]) =>
  domains.flatMap(({ transferTool }) => (transferTool === undefined ? [] : [transferTool.name]));
