import { z } from 'zod';
import { digest } from '#core/environment/index.ts';
import { writableTables, type WritableTable } from './rows.ts';

/**
 * A bundle is a zip of `manifest.json` and one JSON Lines file per table: a row per line in canonical form (RFC 8785),
 * in order of ids. Databases are written out as JSON; trials are derived and left out. Settings of the browser,
 * keys and addresses are never in it.
 */
export const FORMAT = 'trajectory2task-workspace';
/** The layout of the zip. The shapes of the rows have a version of their own, `schema`. */
export const FORMAT_VERSION = 1;

/** The tables of a bundle, in the order of their parts. */
export const bundledTables = ['workspaces', ...writableTables] as const;
export type BundledTable = (typeof bundledTables)[number];

/** The file of a table. */
export function partName(table: BundledTable): string {
  return `${table}.jsonl`;
}

export const MANIFEST = 'manifest.json';

const tableSchema = z.enum([
  'workspaces',
  'databases',
  'benchmarks',
  'trajectories',
  'tasks',
  'runs',
  'rollouts',
  'settings',
]);

/** What has to be known before the rest of a manifest can be read. */
export const manifestHeadSchema = z.object({ format: z.literal(FORMAT), version: z.int().positive() });

export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  /** The version of the row shapes: the number of a migration. */
  schema: z.int().positive(),
  /** The build that wrote it, for people. */
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  workspace: z.strictObject({ id: z.string().min(1), title: z.string() }),
  parts: z.array(
    z.strictObject({
      table: tableSchema,
      rows: z.int().nonnegative(),
      bytes: z.int().nonnegative(),
      /** {@link digestOfLines} */
      digest: z.string(),
    }),
  ),
  /** SHA-256 over all parts: equal for workspaces of equal content, whenever and wherever they were exported. */
  digest: z.string(),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type Part = Manifest['parts'][number];

/** How many rows of each table. */
export type Counts = { readonly [T in WritableTable]: number };

export function countsOf(manifest: Manifest): Counts {
  const rows = (table: WritableTable) => manifest.parts.find((part) => part.table === table)?.rows ?? 0;
  return {
    databases: rows('databases'),
    benchmarks: rows('benchmarks'),
    trajectories: rows('trajectories'),
    tasks: rows('tasks'),
    runs: rows('runs'),
    rollouts: rows('rollouts'),
    settings: rows('settings'),
  };
}

/** The digest of a part: over the digests of its lines, so that it can be taken line by line. */
export function digestOfLines(lineDigests: readonly string[]): string {
  return digest(lineDigests);
}

export function digestOfParts(parts: readonly Part[]): string {
  return digest(parts.map(({ table, rows, digest: content }) => ({ table, rows, content })));
}

/** How far reading or writing a bundle has come, in steps of whatever size. */
export type Progress = (done: number, total: number) => void;

/** What an import may cost. A file over a limit is refused before it is unpacked further. */
export interface BundleLimits {
  /** Bytes of the file itself. */
  readonly file: number;
  /** Bytes of all parts, unpacked. */
  readonly unpacked: number;
  /** Bytes of one row. */
  readonly row: number;
  /** Rows of all parts. */
  readonly rows: number;
  /** How deep objects and arrays may nest. */
  readonly depth: number;
}

const MiB = 1024 * 1024;
export const defaultLimits: BundleLimits = {
  file: 256 * MiB,
  unpacked: 512 * MiB,
  row: 48 * MiB,
  rows: 500_000,
  depth: 64,
};
