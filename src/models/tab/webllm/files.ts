/**
 * WebLLM keeps the files of a model in the Cache API, under their addresses, in three caches. What is kept, and files
 * that a person chose, are found and put there under the same names.
 */
import { z } from 'zod';
import { TabEngineError } from '../engine.ts';

const CACHES = { config: 'webllm/config', library: 'webllm/wasm', model: 'webllm/model' } as const;
const CONFIG = 'mlc-chat-config.json';
const SHARDS = 'tensor-cache.json';
/** Its name until WebLLM 0.2.79; the same inside. */
const OLD_SHARDS = 'ndarray-cache.json';
/** Files of a person are under an address that nobody can have. */
const CHOSEN_BASE = 'https://chosen-files.invalid/';

const shardsSchema = z.object({ records: z.array(z.object({ dataPath: z.string(), nbytes: z.number() })) });
const configSchema = z.object({
  context_window_size: z.number().optional(),
  conv_template: z.object({ role_templates: z.record(z.string(), z.string()).optional() }).optional(),
});
/** What is read of a model's `mlc-chat-config.json`. */
export type ChatConfig = z.infer<typeof configSchema>;

/** The folder of a model, as WebLLM addresses its files. */
export function folderOf(url: string): string {
  const base = url.endsWith('/') ? url : `${url}/`;
  return /\/resolve\/[^/]+\/$/.test(base) ? base : new URL('resolve/main/', base).href;
}

/** The kept files of WebLLM. */
export class WebllmFiles {
  readonly #caches: CacheStorage;
  constructor(caches: CacheStorage) {
    this.#caches = caches;
  }

  /** Models with kept files, by the address they came from, with bytes where all of them are there. */
  async cached(): Promise<{ url: string; bytes: number | null }[]> {
    const kept = new Set(await this.#addresses(CACHES.model));
    const folders = new Set([...kept].map((url) => new URL('.', url).href));
    return Promise.all(
      [...folders].map(async (folder) => {
        const shards = await this.shards(folder);
        const isWhole = shards?.every(({ dataPath }) => kept.has(new URL(dataPath, folder).href)) ?? false;
        return {
          url: folder.replace(/resolve\/main\/$/, '').replace(/\/$/, ''),
          bytes: isWhole ? (shards ?? []).reduce((sum, { nbytes }) => sum + nbytes, 0) : null,
        };
      }),
    );
  }

  /** Deletes what is kept of a model, and its library if that is given. */
  async delete(url: string, library: string | null): Promise<void> {
    const folder = folderOf(url);
    for (const name of [CACHES.model, CACHES.config]) {
      const cache = await this.#caches.open(name);
      for (const kept of await this.#addresses(name)) if (kept.startsWith(folder)) await cache.delete(kept);
    }
    if (library !== null) await (await this.#caches.open(CACHES.library)).delete(library);
  }

  /** The shards of a model whose list is kept; null when it is not, or is none. */
  async shards(folder: string): Promise<z.infer<typeof shardsSchema>['records'] | null> {
    return shardsSchema.safeParse(await this.#json(CACHES.model, folder + SHARDS)).data?.records ?? null;
  }

  /** The configuration of a model whose files are kept; null when it is not, or is none. */
  async config(folder: string): Promise<ChatConfig | null> {
    return configSchema.safeParse(await this.#json(CACHES.config, folder + CONFIG)).data ?? null;
  }

  /**
   * Puts files of a person where WebLLM looks for them, so that it downloads nothing.
   * @throws {TabEngineError} when one is missing
   */
  async put(name: string, files: readonly File[]): Promise<{ url: string; library: string | null }> {
    const url = new URL(encodeURIComponent(name), CHOSEN_BASE).href;
    const folder = folderOf(url);
    const byName = new Map(files.map((file) => [file.name, file]));
    const need = (...names: readonly string[]): File => {
      const found = names.map((one) => byName.get(one)).find((file) => file !== undefined);
      if (found !== undefined) return found;
      throw new TabEngineError(
        'file',
        `${names.join(' or ')} is not among the files.`,
        'Choose all files of the model at once: its configuration, tokenizer.json, the list and the shards.',
      );
    };
    const shards = need(SHARDS, OLD_SHARDS);
    const listed = shardsSchema.safeParse(readJson(await shards.text())).data?.records;
    if (listed === undefined)
      throw new TabEngineError(
        'file',
        `${shards.name} is no list of shards.`,
        'Choose the files of one model for WebLLM.',
      );
    const model = await this.#caches.open(CACHES.model);
    const config = await this.#caches.open(CACHES.config);
    const library = files.find((file) => file.name.endsWith('.wasm'));
    await config.put(folder + CONFIG, new Response(need(CONFIG)));
    await model.put(folder + SHARDS, new Response(shards));
    for (const tokenizer of ['tokenizer.json', 'tokenizer.model']) {
      const file = byName.get(tokenizer);
      if (file !== undefined) await model.put(folder + tokenizer, new Response(file));
    }
    for (const { dataPath } of listed) await model.put(folder + dataPath, new Response(need(dataPath)));
    if (library === undefined) return { url, library: null };
    const address = folder + library.name;
    await (await this.#caches.open(CACHES.library)).put(address, new Response(library));
    return { url, library: address };
  }

  async #addresses(name: string): Promise<string[]> {
    // `open` would make it.
    if (!(await this.#caches.has(name))) return [];
    return (await (await this.#caches.open(name)).keys()).map(({ url }) => url);
  }

  async #json(cache: string, address: string): Promise<unknown> {
    if (!(await this.#caches.has(cache))) return null;
    const kept = await (await this.#caches.open(cache)).match(address);
    return kept === undefined ? null : readJson(await kept.text());
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
