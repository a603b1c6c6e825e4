import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { jsonObjectSchema } from '#core/environment/index.ts';

const folder = fileURLToPath(new URL('../../../shared/tau-bench/', import.meta.url));

/** True when the reference data lies beside the repository. */
export function hasReference(domain: string): boolean {
  const found = existsSync(`${folder}${domain}/expected.json`);
  if (!found)
    console.warn(`Skipped: no reference data for ${domain} beside this repository (../shared/tau-bench).`);
  return found;
}

/** One file of the reference data, parsed as JSON. */
export function readReference(domain: string, file: string): unknown {
  return JSON.parse(readFileSync(`${folder}${domain}/${file}`, 'utf8'));
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
