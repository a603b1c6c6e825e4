import type { z } from 'zod';
import { parts, type ChatMessage, type Part, type TrainingExample } from '../../dataset/index.ts';
import { InputError, type JsonObject } from '../../environment/index.ts';
import {
  jsonLines,
  type Columns,
  type ExportFile,
  type ExportFormat,
  type ExportInput,
  type Table,
} from './format.ts';

/** What can be read back from a row: all of an example that the format has room for. */
export interface ReadExample {
  readonly messages: readonly ChatMessage[];
  readonly tools: TrainingExample['tools'];
  readonly metadata: TrainingExample['metadata'] | null;
}

/** A format that writes rows, one or more per source, to a file per part. */
export interface RowFormat<Source, Read> extends ExportFormat {
  /** The rows of one source, as they are exported. */
  rows(source: Source): readonly JsonObject[];
  /** A row again, from JSON Lines or from Parquet. Throws {@link InputError} naming the place and the field. */
  read(row: unknown, where: string): Read;
  /** Where its files lie. */
  path(part: Part, extension: 'jsonl' | 'parquet'): string;
}

/** What a format of rows says of itself. */
export interface RowSpec<Source extends JsonReady, Row, Read> {
  readonly id: string;
  readonly title: string;
  readonly purpose: string;
  readonly of: 'examples' | 'pairs';
  readonly columns: Columns;
  rows(source: Source): readonly JsonObject[];
  /** The shape of a row, after nulls of a column store were taken out and JSON texts were parsed. */
  readonly schema: z.ZodType<Row>;
  read(row: Row): Read;
  /** Files beside the rows. */
  beside?(input: ExportInput, written: readonly Part[]): readonly ExportFile[];
}

type JsonReady = ExportInput['examples']['train'][number] | ExportInput['pairs']['train'][number];

/** Makes a format of rows: they are written per part, and parts without rows make no file. */
export function rowFormat<Source extends JsonReady, Row, Read>(
  spec: RowSpec<Source, Row, Read>,
): RowFormat<Source, Read> {
  const path = (part: Part, extension: string) => `${spec.id}/${part}.${extension}`;
  // Examples or pairs, as `of` says; the sources of one format are all of one kind.
  const sourcesOf = (input: ExportInput, part: Part) => input[spec.of][part] as readonly Source[];
  return {
    id: spec.id,
    title: spec.title,
    purpose: spec.purpose,
    of: spec.of,
    path,
    rows: (source) => spec.rows(source),
    read(row, where) {
      const parsed = spec.schema.safeParse(stored(row, spec.columns));
      if (parsed.success) return spec.read(parsed.data);
      const [issue] = parsed.error.issues;
      throw new InputError(
        where,
        `not a row of the ${spec.title} format: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
      );
    },
    unwritten: (input) =>
      parts.flatMap((part) => sourcesOf(input, part)).filter((source) => spec.rows(source).length === 0)
        .length,
    files(input, options) {
      const files: ExportFile[] = [];
      const written: Part[] = [];
      for (const part of parts) {
        const rows = sourcesOf(input, part).flatMap((source) => spec.rows(source));
        if (rows.length === 0) continue;
        written.push(part);
        if (options.jsonLines) {
          const file = path(part, 'jsonl');
          files.push({ path: file, content: jsonLines(file, rows) });
        }
        const table: Table = { columns: spec.columns, rows };
        if (options.parquet !== null)
          files.push({ path: path(part, 'parquet'), content: options.parquet(table) });
      }
      return [...files, ...(spec.beside?.(input, written) ?? [])];
    },
  };
}

/**
 * A row as it was before a column store filled absent values with nulls and wrote JSON as text. Of the nulls, those of
 * a call's content and of numbers mean something.
 */
function stored(row: unknown, columns: Columns): unknown {
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]: [string, unknown]) => {
      const type = columns[name];
      const absent = value === null && name !== 'content' && type !== 'double';
      if (value === undefined || absent) return [];
      return [[name, type === undefined ? value : storedValue(value, type)]];
    }),
  );
}

function storedValue(value: unknown, type: Columns[string]): unknown {
  if (type === 'json') return typeof value === 'string' ? parsedText(value) : value;
  if (type === 'int') return typeof value === 'bigint' ? Number(value) : value;
  if (typeof type === 'string') return value;
  if ('list' in type)
    return Array.isArray(value) ? value.map((inner: unknown) => storedValue(inner, type.list)) : value;
  return stored(value, type.group);
}

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON after all: the schema says what was expected.
    return text;
  }
}
