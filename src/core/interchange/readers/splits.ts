import { z } from 'zod';
import { InputError } from '../../environment/index.ts';
import { parseUntrusted } from '../jsonText.ts';
import { defineReader, MB } from './reader.ts';
import { textOf } from './text.ts';

const idSchema = z.union([z.string(), z.number()]).transform(String);

/** Which tasks belong to which split: `train`, `test`, `base`. */
export const foundSplitsSchema = z.strictObject({
  kind: z.literal('splits'),
  splits: z.record(z.string(), z.array(z.string())),
});

/** The split file of a tau2-bench domain: an object of lists of task ids. */
export const splitsReader = defineReader({
  kind: 'splits',
  title: 'a split file',
  limit: 4 * MB,
  schema: foundSplitsSchema,
  recognises: ({ text }) => /^\{\s*"[^"]*"\s*:\s*\[\s*("|\d|\])/.test(text),
  named: ({ name }) => /^split_.*\.json$/.test(name),
  read(path, bytes) {
    const value = parseUntrusted(textOf(path, bytes), path);
    const parsed = z.record(z.string(), z.array(idSchema)).safeParse(value);
    if (parsed.success) return { kind: 'splits' as const, splits: parsed.data };
    const [issue] = parsed.error.issues;
    throw new InputError(
      path,
      `a split file is an object of lists of task ids: at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unreadable'}.`,
    );
  },
});
