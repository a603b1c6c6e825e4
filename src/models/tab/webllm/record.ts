/** A model as WebLLM's `model_list` describes it: what a person brings, checked field by field. */
import { z } from 'zod';

const sri = z
  .string()
  .regex(
    /^sha(256|384|512)-[A-Za-z0-9+/]+={0,2}$/,
    'expected a hash such as "sha256-…" with base64 after it.',
  );
const count = z.int('expected a whole number.').positive('expected a number above 0.');

const overridesSchema = z.looseObject({
  context_window_size: count.optional(),
  sliding_window_size: z
    .literal(-1, 'expected -1: a window that slides would forget the policy in the middle of a task.')
    .optional(),
});

/** The fields of WebLLM's `ModelRecord` that are used. */
export const webllmRecordSchema = z.strictObject({
  model: z
    .string('expected the address of the folder with its files.')
    .min(1, 'expected the address of the folder with its files.'),
  model_id: z
    .string('expected a name.')
    .min(1, 'expected a name.')
    .max(100, 'expected 100 characters at most.')
    .regex(/^[\w.-]+$/, 'expected letters, digits, dots, dashes and underscores.'),
  model_lib: z
    .string('expected the address of its library (.wasm).')
    .min(1, 'expected the address of its library (.wasm).'),
  overrides: overridesSchema.optional(),
  vram_required_MB: z
    .number('expected a number of megabytes.')
    .positive('expected a number above 0.')
    .optional(),
  low_resource_required: z.boolean().optional(),
  buffer_size_required_bytes: z.number().positive().optional(),
  required_features: z.array(z.string('expected names of features.').min(1)).optional(),
  integrity: z
    .strictObject({
      config: sri.optional(),
      model_lib: sri.optional(),
      tokenizer: z.record(z.string(), sri).optional(),
      onFailure: z.literal('error', 'expected "error": a file that differs has to end the load.').optional(),
    })
    .optional(),
  model_type: z.literal(0, 'expected a model for conversations (0).').optional(),
  model_manifest: z.string().min(1).optional(),
});
export type WebllmRecord = Readonly<z.infer<typeof webllmRecordSchema>>;

/** They are checked also where something else is wrong. */
const addressesSchema = z.object({ model: z.string().catch(''), model_lib: z.string().catch('') });

/** What is wrong, by the name of the field. */
export type RecordProblems = Readonly<Partial<Record<keyof WebllmRecord, string>>>;

/** Reads one record; `mayConnect` says whether this build of the page reaches an address. */
export function readRecord(
  value: unknown,
  mayConnect: (address: string) => boolean,
): { readonly record: WebllmRecord } | { readonly problems: RecordProblems } {
  const read = webllmRecordSchema.safeParse(value);
  const problems: Partial<Record<keyof WebllmRecord, string>> = {};
  for (const { path, message, code, ...rest } of read.error?.issues ?? []) {
    const unknown =
      code === 'unrecognized_keys' && path.length === 0 ? (rest as { keys?: string[] }).keys : undefined;
    if (unknown !== undefined)
      problems.model_id ??= `the record has fields that are not known here: ${unknown.join(', ')}.`;
    else {
      const [field, ...inside] = path;
      const where = inside.length === 0 ? '' : `${inside.join('.')}: `;
      if (isField(field)) problems[field] ??= `${where}${message}`;
      else problems.model ??= 'expected an object with model, model_id and model_lib.';
    }
  }
  const { data: addresses } = addressesSchema.safeParse(value);
  for (const field of ['model', 'model_lib'] as const) {
    const address = addresses?.[field] ?? '';
    const problem = address === '' ? null : addressProblem(address, mayConnect);
    if (problem !== null) problems[field] ??= problem;
  }
  if (read.data === undefined || Object.keys(problems).length > 0) return { problems };
  const { model, ...more } = read.data;
  // As it is known by afterwards, however it was written.
  return { record: { model: model.replace(/\/+$/, '').replace(/\/resolve\/main$/, ''), ...more } };
}

/** The records of a text: one, a list of them, or an `appConfig`; null when it is none. */
export function recordsIn(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value as unknown[];
    if (typeof value !== 'object' || value === null) return null;
    const list = 'model_list' in value ? value.model_list : null;
    return Array.isArray(list) ? (list as unknown[]) : [value];
  } catch {
    return null;
  }
}

const isField = (name: unknown): name is keyof WebllmRecord =>
  typeof name === 'string' && name in webllmRecordSchema.shape;

function addressProblem(address: string, mayConnect: (address: string) => boolean): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return 'expected a whole address, with https:// before it.';
  }
  const isLocal = ['localhost', '127.0.0.1'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))
    return 'expected https, or http on this machine (localhost).';
  return mayConnect(address)
    ? null
    : `this build of the page may not connect to ${url.host}. Build it with CONNECT_SRC="${url.origin}", or put the files where it may.`;
}
