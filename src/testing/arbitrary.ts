import fc from 'fast-check';
import { z } from 'zod';

/**
 * Values that a zod schema accepts, made from the schema itself, so that every stored shape is covered and a new
 * field is covered at once. Knows the kinds of schema that stored shapes use; throws for any other.
 */
export function arbitraryOf<T>(schema: z.ZodType<T>): fc.Arbitrary<T> {
  return build(schema, 0).map((value) => schema.parse(value));
}

/** Beyond this depth arrays and records stay empty. */
const DEPTH = 7;

function build(schema: z.core.$ZodType, depth: number): fc.Arbitrary<unknown> {
  const inner = (part: z.core.$ZodType) => build(part, depth + 1);
  if (schema instanceof z.ZodObject) {
    const { shape } = schema;
    const parts = Object.entries<z.core.$ZodType>(shape);
    const fields = parts.map(([name, part]) => [name, inner(part)] as const);
    const required = parts.flatMap(([name, part]) => (mayBeAbsent(part) ? [] : [name]));
    return fc.record(Object.fromEntries(fields), { requiredKeys: required, noNullPrototype: true });
  }
  if (schema instanceof z.ZodArray) {
    const least = schema.safeParse([]).success ? 0 : 1;
    return fc.array(inner(schema.element), { minLength: least, maxLength: depth > DEPTH ? least : 2 });
  }
  if (schema instanceof z.ZodRecord)
    return depth > DEPTH ? fc.constant({}) : records(inner(schema.valueType));
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map((part) => inner(part)));
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return inner(schema.unwrap());
  if (schema instanceof z.ZodNullable) return fc.option(inner(schema.unwrap()), { nil: null });
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLazy) return json;
  return leaf(schema);
}

const mayBeAbsent = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional;

function leaf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return numbers(schema);
  if (schema instanceof z.ZodISODateTime) return dates;
  if (schema instanceof z.ZodString) return texts.filter((text) => schema.safeParse(text).success);
  throw new TypeError(`arbitraryOf: no values for a schema of kind "${schema._zod.def.type}"`);
}

function numbers(schema: z.ZodNumber): fc.Arbitrary<number> {
  const min = Math.max(schema.minValue ?? -1e6, -1e6);
  const max = Math.min(schema.maxValue ?? 1e6, 1e6);
  const drawn = schema.safeParse(0.5).success
    ? fc.double({ min, max, noNaN: true })
    : fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  // JSON has one zero.
  return drawn.map((value) => (value === 0 ? 0 : value)).filter((value) => schema.safeParse(value).success);
}

const texts = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 6 }));

const dates = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

function records(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const keys = texts.filter((key) => key !== '__proto__');
  return fc.dictionary(keys, values, { maxKeys: 2, noNullPrototype: true });
}

const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, 1, -2.5, 1e300),
    texts,
    fc.array(tie('value'), { maxLength: 2 }),
    records(tie('value')),
  ),
})).value;
