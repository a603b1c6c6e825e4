import { z } from 'zod';
import { jsonObjectSchema } from './json.ts';
import type { Domain } from './domain.ts';
import { InputError } from './errors.ts';
import { createRandom } from './random.ts';
import { State, type Database } from './state.ts';
import { digest } from './canonical.ts';

/** Where a database comes from: our own seed, or a file that a user brought. */
export const databaseRefSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('seed'), domain: z.string(), seed: z.string(), size: z.int().positive() }),
  z.strictObject({ kind: z.literal('file'), domain: z.string(), name: z.string(), digest: z.string() }),
]);
export type DatabaseRef = z.infer<typeof databaseRefSchema>;

/** Rows that differ between two states, as stored: table -> id -> row or null. */
export const changedRowsSchema = z.record(z.string(), z.record(z.string(), jsonObjectSchema.nullable()));

/** A record in a database, as stored. */
export const recordRefSchema = z.strictObject({ table: z.string(), id: z.string() });

/** The initial state of a domain's own database for a seed. */
export function seedState(domain: Domain, seed: string, size: number): State {
  return State.of(domain.schema.parse(domain.seed(createRandom(`${domain.id}/${seed}`), size)));
}

/** Parses a database that came from outside. Throws {@link InputError} that names the place at fault. */
export function parseDatabase(domain: Domain, value: unknown, where: string): Database {
  const parsed = domain.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const more = parsed.error.issues.length - 1;
  throw new InputError(
    where,
    `not a ${domain.title} database: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}` +
      `${more > 0 ? ` (and ${more} more)` : ''}.`,
    `Expected the tables ${Object.keys(domain.columns).join(', ')}; nothing was loaded.`,
  );
}

/** A ref for a database that a user brought. */
export function fileRef(domain: Domain, name: string, database: Database): DatabaseRef {
  return { kind: 'file', domain: domain.id, name, digest: digest(database) };
}
