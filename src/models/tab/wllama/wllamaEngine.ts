import { ModelManager, Wllama } from '@wllama/wllama/esm/index.js';
import type { Clock } from '../../clock.ts';
import {
  TabEngineError,
  type CachedModel,
  type LoadedModel,
  type LoadProgress,
  type TabEngine,
  type TabModelSpec,
} from '../engine.ts';
import { findGpu } from '../gpu.ts';
import { isFatal, loadFailure } from './failures.ts';
import { ModelFiles } from './modelFiles.ts';
import { onNestedFailure, prepareNestedWorkers } from './nestedWorkers.ts';
import { wllamaModel } from './wllamaModel.ts';

/** What the engine needs from its worker. */
export interface WllamaEngineInput {
  /** Where the build keeps wllama.wasm: of our own origin. */
  readonly wasm: string;
  readonly fetch: typeof fetch;
  readonly navigator: Pick<Navigator, 'storage' | 'hardwareConcurrency'>;
  readonly clock: Clock;
  /** Origin of the page. */
  readonly origin: string;
}

const MOST_THREADS = 8;
/** Tokens of the prompt that are computed at once: a stop takes effect between two batches. */
const BATCH = 256;
const TELL_EVERY_MS = 200;
const LOG_LINES = 40;

/** llama.cpp in WebAssembly: any GGUF, on the processor, and on the graphics card where that has numbers of 16 bits. */
export class WllamaEngine implements TabEngine {
  readonly id = 'wllama';
  readonly #input: WllamaEngineInput;
  readonly #files: ModelFiles;
  #loaded: LoadedModel | null = null;

  constructor(input: WllamaEngineInput) {
    this.#input = input;
    const { fetch, clock, origin, navigator } = input;
    this.#files = new ModelFiles({ fetch, storage: navigator.storage, clock, origin });
  }

  async load(
    spec: TabModelSpec,
    onprogress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<LoadedModel> {
    checkBrowser();
    prepareNestedWorkers();
    await this.#loaded?.unload();
    const blobs = await this.#blobs(spec, onprogress, signal);
    for (const blob of blobs) await checkGguf(blob);
    signal.throwIfAborted();
    onprogress({ stage: 'prepare', loadedBytes: null, totalBytes: null });
    const loaded = await this.#start(spec, blobs, signal);
    this.#loaded = loaded;
    return loaded;
  }

  async cached(): Promise<readonly CachedModel[]> {
    const files = await this.#files.list();
    // The parts of a model are kept one by one; it is known by its first.
    return files.flatMap(({ url, bytes, isPartial }) => {
      const parts = ModelManager.parseModelUrl(url);
      if (parts.length === 1) return [{ url, bytes, isPartial: isPartial === true }];
      if (parts[0] !== url) return [];
      const found = files.filter((file) => parts.includes(file.url));
      const isWhole = found.length === parts.length && found.every((file) => file.isPartial !== true);
      return [{ url, bytes: found.reduce((sum, file) => sum + (file.bytes ?? 0), 0), isPartial: !isWhole }];
    });
  }

  async delete(url: string): Promise<void> {
    for (const part of ModelManager.parseModelUrl(url)) await this.#files.delete(part);
  }

  async #blobs(
    { source, sha256 = null }: TabModelSpec,
    onprogress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Blob[]> {
    if (source.from === 'files') return [...source.files];
    const parts = ModelManager.parseModelUrl(source.url);
    const blobs: Blob[] = [];
    let before = 0;
    let toldAt = -Infinity;
    for (const part of parts) {
      const file = await this.#files.get(
        part,
        (bytes, total) => {
          const now = this.#input.clock.now();
          if (now - toldAt < TELL_EVERY_MS && bytes !== total) return;
          toldAt = now;
          // How large the parts to come are, nobody knows yet.
          const isLast = blobs.length === parts.length - 1;
          const totalBytes = total === null || !isLast ? null : before + total;
          onprogress({ stage: 'download', loadedBytes: before + bytes, totalBytes });
        },
        signal,
        // A sum is of one file.
        parts.length === 1 ? sha256 : null,
      );
      before += file.size;
      blobs.push(file);
    }
    return blobs;
  }

  async #start(spec: TabModelSpec, blobs: Blob[], signal: AbortSignal): Promise<LoadedModel> {
    const gpu = await findGpu(this.#input.navigator);
    const onGpu = gpu?.f16 === true;
    const log: string[] = [];
    const keep = (...parts: unknown[]) => {
      log.push(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '));
      if (log.length > LOG_LINES) log.shift();
    };
    const quiet = () => undefined;
    const wllama = new Wllama(
      { default: this.#input.wasm },
      { logger: { debug: quiet, log: quiet, warn: keep, error: keep } },
    );
    // Its answer to browsers that lack something is a script from elsewhere.
    wllama.setCompat(null);
    let die: (error: Error) => void = () => undefined;
    const died = new Promise<never>((_, reject) => (die = reject));
    died.catch(quiet);
    const stopListening = onNestedFailure((why) => die(new Error(`has crashed: ${why}`)));
    const end = async () => {
      stopListening();
      die(new Error('has crashed: it was unloaded'));
      await wllama.exit();
    };
    const loading = wllama.loadModel(blobs, {
      n_ctx: spec.contextTokens,
      n_threads: threadsFor(this.#input.navigator.hardwareConcurrency),
      n_gpu_layers: onGpu ? 99_999 : 0,
      ...(onGpu ? {} : { n_batch: BATCH, n_ubatch: BATCH }),
      n_parallel: 1,
      log_level: WARN,
      jinja: true,
      reasoning_format: 'deepseek',
    });
    loading.catch(quiet);
    try {
      await Promise.race([loading, died, rejectOn(signal)]);
      // wllama does not look at this itself.
      const info = wllama.getLoadedContextInfo();
      if (info.n_vocab === 0 || ('success' in info && info.success === false)) throw new Error('not loaded');
      const { model, lost } = this.#model(spec, wllama, died, onGpu, Math.min(info.n_ctx, info.n_ctx_train));
      const unload = async () => {
        if (this.#loaded === loaded) this.#loaded = null;
        await end();
      };
      const loaded: LoadedModel = { model, lost, unload };
      return loaded;
    } catch (error) {
      await end();
      // Whatever it still starts is ended as well.
      loading.then(() => wllama.exit(), quiet);
      signal.throwIfAborted();
      throw loadFailure(error, log);
    }
  }

  #model(spec: TabModelSpec, wllama: Wllama, died: Promise<never>, onGpu: boolean, contextTokens: number) {
    let lose: (error: TabEngineError) => void = () => undefined;
    const lost = new Promise<TabEngineError>((resolve) => (lose = resolve));
    const onfailure = (error: unknown) => {
      if (isFatal(error))
        lose(
          new TabEngineError(
            'lost',
            'The engine of the model died.',
            'Load the model again, or a smaller one.',
          ),
        );
    };
    died.catch(onfailure);
    const card = {
      id: spec.id,
      title: spec.title,
      place: onGpu ? 'in this tab, on the graphics card' : 'in this tab, on the processor',
      toolMethod: spec.toolMethod ?? 'grammar',
      contextTokens,
    };
    return {
      model: wllamaModel(card, { wllama, died, clock: this.#input.clock, onfailure }),
      lost,
    };
  }
}

/** llama.cpp's level of warnings; the package's own name for it is an enum that the build would carry along. */
const WARN = 3;

/** Two cores are both used: nothing else here computes while a model speaks. */
export const threadsFor = (cores: number) =>
  Math.max(1, Math.min(MOST_THREADS, cores <= 2 ? cores : cores - 1));

function checkBrowser(): void {
  try {
    new WebAssembly.Memory({ address: 'i64', initial: 1n } as unknown as WebAssembly.MemoryDescriptor);
  } catch {
    throw new TabEngineError(
      'other',
      'This browser has no WebAssembly memory of 64 bits, which the engine needs.',
      'Use a current Chrome, Edge or Firefox.',
    );
  }
}

/** A page that says "not found", or an archive, is told apart before the engine reads it. */
async function checkGguf(blob: Blob): Promise<void> {
  const magic = await blob.slice(0, 4).text();
  if (magic === 'GGUF') return;
  throw new TabEngineError(
    'file',
    blob.size === 0 ? 'The file is empty.' : 'The file is no GGUF: it does not begin like one.',
    'Choose a file whose name ends in .gguf.',
  );
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener(
      'abort',
      () =>
        reject(signal.reason instanceof Error ? signal.reason : new DOMException('Cancelled.', 'AbortError')),
      { once: true },
    ),
  );
}
