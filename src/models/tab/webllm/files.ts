/**
 * WebLLM keeps the files of a model in the Cache API, under their addresses, in three caches. What is kept, and files
 * that a person chose, are found and put there under the same names.
 */
import { z } from 'zod';
import { TabEngineError, type CachedModel } from '../engine.ts';
import { loadFailure } from './failures.ts';
import { folderOf } from './folder.ts';

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

/** The kept files of WebLLM. */
export class WebllmFiles {
  readonly #caches: CacheStorage;
  /** Files that a person chose, while they are being loaded. */
  #staged: string | null = null;
  constructor(caches: CacheStorage) {
    this.#caches = caches;
  }

  /** Models with kept files, by the address they came from, with the bytes of those that are there. */
  async cached(): Promise<readonly CachedModel[]> {
    await this.#sweep();
    const kept = new Set(await this.#addresses(CACHES.model));
    const folders = new Set([...kept].map((url) => new URL('.', url).href));
    return Promise.all(
      [...folders].map(async (folder) => {
        const shards = await this.shards(folder);
        const here = shards?.filter(({ dataPath }) => kept.has(new URL(dataPath, folder).href)) ?? [];
        return {
          url: folder.replace(/resolve\/main\/$/, '').replace(/\/$/, ''),
          bytes: shards === null ? null : here.reduce((sum, { nbytes }) => sum + nbytes, 0),
          isPartial: here.length < (shards?.length ?? 1),
        };
      }),
    );
  }

  /** Chosen files stay behind when their tab is closed in the middle of a load; nobody could find them again. */
  async #sweep(): Promise<void> {
    for (const name of Object.values(CACHES)) {
      for (const kept of await this.#addresses(name)) {
        const isOurs = this.#staged !== null && kept.startsWith(this.#staged);
        if (kept.startsWith(CHOSEN_BASE) && !isOurs) await (await this.#caches.open(name)).delete(kept);
      }
    }
  }

  /** Deletes what is kept of a model, and its library if that is given. */
  async delete(url: string, library: string | null): Promise<void> {
    const folder = folderOf(url);
    if (folder === this.#staged) this.#staged = null;
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
    this.#staged = folder;
    const library = files.find((file) => file.name.endsWith('.wasm'));
    const tokenizers = ['tokenizer.json', 'tokenizer.model'].filter((name) => byName.has(name));
    const address = library === undefined ? null : folder + library.name;
    try {
      await this.#put(CACHES.config, folder + CONFIG, need(CONFIG));
      await this.#put(CACHES.model, folder + SHARDS, shards);
      for (const name of [...tokenizers, ...listed.map(({ dataPath }) => dataPath)])
        await this.#put(CACHES.model, folder + name, need(name));
      if (library !== undefined) await this.#put(CACHES.library, folder + library.name, library);
    } catch (error) {
      // A part of a model is of no use, and nobody would find it.
      await this.delete(url, address);
      throw error;
    }
    return { url, library: address };
  }

  async #put(cache: string, address: string, file: File): Promise<void> {
    try {
      await (await this.#caches.open(cache)).put(address, new Response(file));
    } catch (error) {
      throw loadFailure(error);
    }
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
