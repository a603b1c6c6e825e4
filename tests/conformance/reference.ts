import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { jsonObjectSchema } from '#core/environment/index.ts';
import { parseToml } from '#core/interchange/index.ts';

const folder = fileURLToPath(new URL('../../../shared/tau-bench/', import.meta.url));

/** A `describe` for tests against the reference data of a domain; on a machine without it they are skipped. */
export function describeReference(domain: string, title: string, tests: () => void): void {
  if (existsSync(`${folder}${domain}/expected.json`)) describe(title, tests);
  else describe.skip(title, () => it(`needs ../shared/tau-bench/${domain} beside this repository`));
}

/** One file of the reference data, parsed as JSON or TOML. */
export function readReference(domain: string, file: string): unknown {
  const text = readFileSync(`${folder}${domain}/${file}`, 'utf8');
  return file.endsWith('.toml') ? parseToml(text, file) : JSON.parse(text);
}

/** One file of the reference data, as it lies there. */
export function readReferenceBytes(domain: string, file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(`${folder}${domain}/${file}`));
}

/** What the reference implementation answered. */
export const expectedSchema = z.array(
  z.object({
    task_id: z.string(),
    steps: z.array(
      z.object({ name: z.string(), arguments: jsonObjectSchema, error: z.boolean(), content: z.string() }),
    ),
    changed: z.record(z.string(), z.record(z.string(), jsonObjectSchema.nullable())),
  }),
);

const requestedStep = expectedSchema.element.shape.steps.element.extend({ requestor: z.string() });

/** The same, where users have tools of their own: with their part of the database and the assertions on it. */
export const dualExpectedSchema = z.array(
  z.object({
    task_id: z.string(),
    steps: z.array(requestedStep),
    env_assertions_met: z.array(z.boolean()),
    user_db: jsonObjectSchema,
    agent_lines: z.array(jsonObjectSchema),
  }),
);
