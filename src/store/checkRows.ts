import { InputError } from '#core/environment/index.ts';
import { breath } from './breath.ts';
import { unpackDatabase } from './databaseContent.ts';
import type { Progress } from './manifest.ts';
import type { Repository, RowProblem } from './repository.ts';
import { writableTables, type Rows, type Table } from './rows.ts';

const PAGE = 50;

/**
 * Reads every row of a workspace, and the rows of all workspaces, and reports those that cannot be read. Changes
 * nothing. Rejects with the signal's reason.
 * @returns how many rows were read, and what is wrong
 */
export async function checkRows(
  repository: Repository,
  workspace: string,
  options: { readonly signal?: AbortSignal; readonly onprogress?: Progress } = {},
): Promise<{ readonly checked: number; readonly problems: readonly RowProblem[] }> {
  const counts = await Promise.all(writableTables.map((table) => repository.count(table, { workspace })));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const problems = [...(await repository.listWorkspaces()).problems];
  let checked = 0;
  for (const table of writableTables) {
    let after: string | undefined;
    do {
      await breath(options.signal);
      const page = await repository.page<Table>(table, { workspace, after, limit: PAGE });
      problems.push(...page.problems, ...page.rows.flatMap((row) => damaged(table, row)));
      checked += page.rows.length + page.problems.length;
      options.onprogress?.(checked, total);
      after = page.next ?? undefined;
    } while (after !== undefined);
  }
  return { checked, problems };
}

/** The bytes of a database are only looked into when it is unpacked. */
function damaged(table: Table, row: Rows[Table]): RowProblem[] {
  if (table !== 'databases' || !('content' in row)) return [];
  try {
    unpackDatabase(row);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [{ table, workspace: row.workspace, id: row.id, reason: error.message }];
  }
}
