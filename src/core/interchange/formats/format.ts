import type { PreferencePair, Part, TrainingExample } from '../../dataset/index.ts';
import { InputError } from '../../environment/index.ts';
import type { DatabaseRef, Domain, JsonObject, State } from '../../environment/index.ts';
import type { Verdict } from '../../evaluate/index.ts';
import type { Rollout } from '../../rollout/index.ts';
import type { TaskDraft } from '../../transform/index.ts';

/** A file of an export. Paths have forward slashes and lie below the export's own folder. */
export interface ExportFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A rollout with the task it served and its verdict. */
export interface ServedTask {
  /** What it is excluded by when somebody leaves it out by hand. */
  readonly id: string;
  readonly task: TaskDraft;
  readonly rollout: Rollout;
  readonly verdict: Verdict;
}

/** Everything that formats may write. */
export interface ExportInput {
  /** Letters, digits, dots, dashes and underscores: it becomes part of file names. */
  readonly name: string;
  readonly examples: Readonly<Record<Part, readonly TrainingExample[]>>;
  readonly pairs: Readonly<Record<Part, readonly PreferencePair[]>>;
  /** Each task once. */
  readonly tasks: readonly TaskDraft[];
  /** Rollouts that passed and that failed. */
  readonly served: readonly ServedTask[];
  /** When the export was made, as an ISO date: the source of every date in it. */
  readonly at: string;
  domainOf(ref: DatabaseRef): Domain;
  stateOf(ref: DatabaseRef): State;
  partOf(task: TaskDraft): Part;
}

/** How a column of a table is stored. `json` is any JSON value, stored as its text. */
export type ColumnType =
  'text' | 'json' | 'int' | 'double' | 'bool' | { readonly list: ColumnType } | { readonly group: Columns };
export type Columns = { readonly [name: string]: ColumnType };

/** Rows of one shape, for a column store. A value that a row lacks is null. */
export interface Table {
  readonly columns: Columns;
  readonly rows: readonly JsonObject[];
}

/** How files of rows are written: as JSON Lines, as Parquet, or both. */
export interface ExportOptions {
  readonly jsonLines: boolean;
  /** Writes a table as a Parquet file; null for none. An argument, because its library is only loaded when needed. */
  readonly parquet: ((table: Table) => Uint8Array) | null;
}

/** One way to write things down for other programs. One file per format in this folder. */
export interface ExportFormat {
  /** Lower case; also the name of its folder. */
  readonly id: string;
  readonly title: string;
  /** One sentence: which program reads it. */
  readonly purpose: string;
  /** What it is made of. */
  readonly of: 'examples' | 'pairs' | 'tasks' | 'rollouts';
  files(input: ExportInput, options: ExportOptions): readonly ExportFile[];
  /** How many of its sources have no place in this format, and are not in its files. */
  unwritten?(input: ExportInput): number;
}

/** A text of more characters cannot be one string in every browser. */
const MOST_CHARACTERS = 400_000_000;

/** Values as JSON Lines, a newline after each. Throws {@link InputError} naming the file when that is too much. */
export function jsonLines(path: string, rows: readonly unknown[]): string {
  const lines: string[] = [];
  let characters = 0;
  for (const row of rows) {
    const line = `${JSON.stringify(row)}\n`;
    characters += line.length;
    if (characters > MOST_CHARACTERS)
      throw new InputError(
        path,
        `more than ${MOST_CHARACTERS / 1_000_000} MB of JSON Lines in one file.`,
        'Choose Parquet alone, fewer examples, or a format with one row per conversation.',
      );
    lines.push(line);
  }
  return lines.join('');
}
