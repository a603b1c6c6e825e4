import { z } from 'zod';
import { defineReader, MB } from './reader.ts';
import { textOf } from './text.ts';

/** The text that agents are given. */
export const foundPolicySchema = z.strictObject({ kind: z.literal('policy'), text: z.string() });

/** Names of the second part of a policy, one of which is used: the manual where both are there, as tau2-bench does. */
export const manualFileNames: readonly string[] = ['tech_support_manual.md', 'tech_support_workflow.md'];

const isManual = (name: string) => manualFileNames.includes(name);

/** A policy that lies in two files as the one text that tau2-bench gives its agents. */
export function joinPolicy(main: string, manual: string): string {
  return `<main_policy>\n${main}\n</main_policy>\n<tech_support_policy>\n${manual}\n</tech_support_policy>`;
}

/** A policy in Markdown. Text has no mark of its own, so its name has to say it. */
export const policyReader = defineReader({
  kind: 'policy',
  title: 'a policy',
  limit: MB,
  schema: foundPolicySchema,
  recognises: () => false,
  named: ({ name }) => /^(main_)?policy\.(md|txt)$/.test(name) || isManual(name),
  read: (path, bytes) => ({ kind: 'policy' as const, text: textOf(path, bytes).replaceAll('\r\n', '\n') }),
});
