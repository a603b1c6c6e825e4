/** A tool's parameters as fields that a person can fill in. */
import { z } from 'zod';
import {
  isJsonArray,
  isJsonObject,
  jsonSchema,
  type Json,
  type JsonObject,
} from '#core/environment/index.ts';

/** How a value is entered. `json` is for what has no better form. */
export type Kind =
  | { readonly type: 'text'; readonly nullable: boolean; readonly example: string }
  | { readonly type: 'number'; readonly integer: boolean; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly options: readonly Json[] }
  | { readonly type: 'list'; readonly item: Kind }
  | { readonly type: 'object'; readonly fields: readonly FormField[] }
  | { readonly type: 'json' };

/** One parameter. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly required: boolean;
  readonly kind: Kind;
}

interface Schema {
  readonly type?: string | readonly string[] | undefined;
  readonly enum?: readonly Json[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly examples?: readonly Json[] | undefined;
  readonly description?: string | undefined;
  readonly default?: Json | undefined;
}

const schema: z.ZodType<Schema> = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(jsonSchema).optional(),
  get anyOf() {
    return z.array(schema).optional();
  },
  get items() {
    return schema.optional();
  },
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  required: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  examples: z.array(jsonSchema).optional(),
  description: z.string().optional(),
  default: jsonSchema.optional(),
});

/** The fields of a JSON Schema of an object. */
export function fieldsOf(parameters: JsonObject): readonly FormField[] {
  return objectFields(schema.parse(parameters));
}

function objectFields({ properties = {}, required = [] }: Schema): readonly FormField[] {
  return Object.entries(properties).map(([name, part]) => ({
    name,
    label: name.replaceAll('_', ' '),
    description: part.description ?? '',
    // What has a default is listed as required, since a parsed call always has it; nobody has to give it.
    required: required.includes(name) && part.default === undefined,
    kind: kindOf(part),
  }));
}

function kindOf(part: Schema): Kind {
  if (part.anyOf !== undefined) {
    const [only, ...more] = part.anyOf.filter(({ type }) => type !== 'null');
    return only !== undefined && more.length === 0 ? kindOf(only) : { type: 'json' };
  }
  if (part.enum !== undefined) return { type: 'choice', options: part.enum };
  const types = [part.type ?? []].flat();
  const [type, ...more] = types.filter((one) => one !== 'null');
  if (more.length > 0) return { type: 'json' };
  const { minimum, maximum } = part;
  switch (type) {
    case 'string':
      return {
        type: 'text',
        nullable: types.includes('null'),
        example: plain(part.examples?.[0] ?? ''),
      };
    case 'integer':
    case 'number':
      return {
        type: 'number',
        integer: type === 'integer',
        ...(minimum === undefined ? {} : { min: minimum }),
        ...(maximum === undefined ? {} : { max: maximum }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return { type: 'list', item: kindOf(part.items ?? {}) };
    case 'object':
      return { type: 'object', fields: objectFields(part) };
    case undefined:
    default:
      return { type: 'json' };
  }
}

/** A value as it stands in a field. */
export function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a field holds before anybody fills it in; null stands for nothing. */
export function blank(kind: Kind): Json {
  switch (kind.type) {
    case 'text':
    case 'json':
      return '';
    case 'list':
      return [];
    case 'object':
      return Object.fromEntries(kind.fields.map((field) => [field.name, blank(field.kind)]));
    case 'number':
    case 'boolean':
    case 'choice':
      return null;
  }
}

/** What was filled in, as a tool takes it, and what is wrong with it. */
export interface Filled {
  readonly arguments: JsonObject;
  /** Paths of what has to be filled in, or cannot be read. */
  readonly missing: readonly string[];
  /** Paths of required texts that were left empty: a tool may take them so. */
  readonly empty: readonly string[];
}

/** Reads a form. Optional fields that were left alone are left out. */
export function filled(fields: readonly FormField[], values: JsonObject): Filled {
  const missing: string[] = [];
  const empty: string[] = [];
  const read = (kind: Kind, raw: Json, required: boolean, path: string): Json | undefined => {
    switch (kind.type) {
      case 'text':
        if (raw === '' && kind.nullable) return null;
        if (raw === '' && !required) return undefined;
        if (raw === '') empty.push(path);
        return raw;
      case 'json':
        if (raw === '' && !required) return undefined;
        try {
          return jsonSchema.parse(JSON.parse(plain(raw)));
        } catch {
          missing.push(path);
          return undefined;
        }
      case 'number':
      case 'boolean':
      case 'choice':
        if (raw !== null) return raw;
        if (required) missing.push(path);
        return undefined;
      case 'list': {
        const items = isJsonArray(raw) ? raw : [];
        if (items.length === 0 && !required) return undefined;
        return items.flatMap((item, at) => read(kind.item, item, true, `${path} ${at + 1}`) ?? []);
      }
      case 'object': {
        const inside = isJsonObject(raw) ? raw : {};
        if (!required && JSON.stringify(inside) === JSON.stringify(blank(kind))) return undefined;
        return readObject(kind.fields, inside, `${path} `);
      }
    }
  };
  const readObject = (inner: readonly FormField[], inside: JsonObject, before: string): JsonObject =>
    Object.fromEntries(
      inner.flatMap(({ name, label, kind, required }) => {
        const value = read(kind, inside[name] ?? blank(kind), required, `${before}${label}`);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  return { arguments: readObject(fields, values, ''), missing, empty };
}
