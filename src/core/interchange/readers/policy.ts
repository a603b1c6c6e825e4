import { z } from 'zod';
import { defineReader, MB } from './reader.ts';
import { textOf } from './text.ts';

/** The text that agents are given. */
export const foundPolicySchema = z.strictObject({ kind: z.literal('policy'), text: z.string() });

/** A policy in Markdown. Text has no mark of its own, so its name has to say it. */
export const policyReader = defineReader({
  kind: 'policy',
  title: 'a policy',
  limit: MB,
  schema: foundPolicySchema,
  recognises: () => false,
  named: ({ name }) => /^policy\.(md|txt)$/.test(name),
  read: (path, bytes) => ({ kind: 'policy' as const, text: textOf(path, bytes).replaceAll('\r\n', '\n') }),
});
