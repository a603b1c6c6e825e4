import type { z } from 'zod';
import { InputError } from '#core/environment/index.ts';
import type { RowProblem } from './repository.ts';
import { schemas, type AnyTable, type Rows } from './rows.ts';

/** The same schemas, with the row's type tied to its table's name. */
const schemaOf: { readonly [T in AnyTable]: z.ZodType<Rows[T]> } = schemas;

export type Parsed<Row> =
  { readonly ok: true; readonly row: Row } | { readonly ok: false; readonly problem: RowProblem };

/** Parses a stored value. The row also has to lie where its ids say. Never throws. */
export function parseRow<T extends AnyTable>(
  table: T,
  place: { readonly workspace: string; readonly id: string },
  value: unknown,
): Parsed<Rows[T]> {
  const { workspace, id } = place;
  const fail = (reason: string): Parsed<Rows[T]> => ({
    ok: false,
    problem: { table, workspace, id, reason },
  });
  try {
    const parsed = schemaOf[table].safeParse(value);
    if (!parsed.success) return fail(explain(parsed.error));
    const found = placeOf(table, parsed.data);
    if (found.workspace !== workspace || found.id !== id)
      return fail(`expected the row of ${place.id}, found that of ${found.id} in "${found.workspace}"`);
    return { ok: true, row: parsed.data };
  } catch (error) {
    // Values nested so deeply that the parser runs out of stack.
    return fail(
      `expected a row that can be parsed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Parses a row that is about to be written. Throws `InputError`. */
export function parseForWrite<T extends AnyTable>(table: T, value: Rows[T]): Rows[T] {
  const parsed = parseRow(table, placeOf(table, value), value);
  if (parsed.ok) return parsed.row;
  const { workspace, id, reason } = parsed.problem;
  throw new InputError(
    `${table} row "${id}" of workspace "${workspace}"`,
    `${reason}.`,
    'Nothing was written.',
  );
}

/** The workspace and id under which a row lies. */
export function placeOf(
  table: AnyTable,
  row: Rows[AnyTable],
): { readonly workspace: string; readonly id: string } {
  return { workspace: table !== 'workspaces' && 'workspace' in row ? row.workspace : '', id: row.id };
}

/** The first thing that is wrong, in words: "at verdict.reward: ... (and 2 more)". */
export function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'at the top' : `at ${issue.path.join('.')}`;
  const more = error.issues.length - 1;
  return `${place}: ${issue?.message ?? 'unreadable'}${more > 0 ? ` (and ${more} more)` : ''}`;
}
