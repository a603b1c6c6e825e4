import type { JsonObject } from '#core/environment/index.ts';
import { chatTemplate } from '#core/interchange/index.ts';

/** A row as a chat template renders it. The template engine is fetched when it is first needed. */
export async function renderTemplate(row: JsonObject): Promise<string> {
  const { Template } = await import('@huggingface/jinja');
  return new Template(chatTemplate).render({ ...row });
}
