import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnType, Table } from './format.ts';

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number];

/**
 * A table as a Parquet file, with lists and groups as Parquet has them, so that a reader gets the same rows. Loaded by
 * itself: nothing else in core needs this library.
 */
export function writeParquet({ columns, rows }: Table): Uint8Array {
  const names = Object.keys(columns);
  const buffer = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: names.length },
      ...Object.entries(columns).flatMap(([name, type]) => element(name, type)),
    ],
    columnData: Object.entries(columns).map(([name, type]) => ({
      name,
      data: rows.map((row) => stored(row[name], type)),
    })),
    createdBy: 'trajectory2task playground',
  });
  return new Uint8Array(buffer);
}

// A list is a group of a repeated group of the element: three levels, as the format's own document asks for.
function element(name: string, type: ColumnType): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' as const };
  if (type === 'text' || type === 'json')
    return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  if (type === 'int') return [{ ...optional, type: 'INT32' }];
  if (type === 'bool') return [{ ...optional, type: 'BOOLEAN' }];
  if (type === 'double') return [{ ...optional, type: 'DOUBLE' }];
  if ('list' in type)
    return [
      { ...optional, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...element('element', type.list),
    ];
  const fields = Object.entries(type.group);
  return [
    { ...optional, num_children: fields.length },
    ...fields.flatMap(([field, inner]) => element(field, inner)),
  ];
}

function stored(value: unknown, type: ColumnType): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'json') return JSON.stringify(value);
  if (typeof type === 'string') return value;
  if ('list' in type)
    return Array.isArray(value) ? value.map((inner: unknown) => stored(inner, type.list)) : null;
  const fields = value as { readonly [name: string]: unknown };
  return Object.fromEntries(
    Object.entries(type.group).map(([name, inner]) => [name, stored(fields[name], inner)]),
  );
}
