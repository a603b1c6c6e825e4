import type { Clock } from '../../clock.ts';
import {
  TabEngineError,
  type LoadedModel,
  type LoadProgress,
  type TabEngine,
  type TabModelSpec,
} from '../engine.ts';
import type { ModelRecord, Webllm, WebllmEngine, WebllmReport } from './api.ts';
import { loadFailure } from './failures.ts';
import type { ChatConfig, WebllmFiles } from './files.ts';
import { folderOf } from './folder.ts';
import { everyRoleTemplated, type MessageStyle } from './messages.ts';
import { webllmModel } from './model.ts';
import type { WebllmRecord } from './record.ts';

/** The part of `navigator.gpu` that is asked before anything is downloaded. */
export interface Gpu {
  requestAdapter(options?: {
    readonly powerPreference?: 'high-performance';
  }): Promise<{ readonly features: { has(name: string): boolean } } | null>;
}

/** What the engine needs from outside. */
export interface WebllmInput {
  /** Imports the package; called at the first load. */
  readonly webllm: () => Promise<Webllm>;
  /** Null where the browser has no WebGPU. */
  readonly gpu: Gpu | null;
  readonly files: WebllmFiles;
  readonly estimate: () => Promise<StorageEstimate>;
  readonly clock: Clock;
}

/** Milliseconds that a load which was cancelled has to end; it cannot be ended while shaders are compiled. */
const CANCEL_MS = 10_000;

/** WebLLM: models that were compiled for WebGPU, in this tab. */
export function webllmTabEngine(input: WebllmInput): TabEngine {
  const webllm = new WebllmTab(input);
  return {
    id: 'webllm',
    load: (spec, onprogress, signal) => webllm.load(spec, onprogress, signal),
    cached: () => input.files.cached(),
    // Libraries stay: models share them, and they are small.
    delete: (url) => input.files.delete(url, null),
  };
}

class WebllmTab {
  readonly #input: WebllmInput;
  /** The engine whose model is in memory; null without one. */
  #loaded: WebllmEngine | null = null;

  constructor(input: WebllmInput) {
    this.#input = input;
  }

  async load(
    spec: TabModelSpec,
    onprogress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<LoadedModel> {
    signal.throwIfAborted();
    const { files, clock } = this.#input;
    await this.#check(spec);
    await this.#unload(this.#loaded);
    const webllm = await this.#input.webllm();
    signal.throwIfAborted();
    const staged = spec.source.from === 'files';
    const record = await this.#record(spec, webllm.prebuilt);
    const folder = folderOf(record.model);
    const progress = new Progress(folder, files, onprogress);
    const engine = webllm.engine({ model_list: [record], cacheBackend: 'cache' }, (report) =>
      progress.hear(report),
    );
    try {
      await this.#reload(engine, record.model_id, signal);
      const config = await files.config(folder);
      this.#loaded = engine;
      let lose = (_: TabEngineError): void => undefined;
      const lost = new Promise<TabEngineError>((resolve) => (lose = resolve));
      const model = webllmModel({
        engine,
        id: spec.id,
        title: spec.title,
        contextTokens: spec.contextTokens,
        thinks: thinksUnlessTold(`${spec.id} ${record.model}`),
        templated: templatedIn(config, record),
        toolMethod: spec.toolMethod === 'prompt' ? 'prompt' : 'grammar',
        clock,
        onlost: ({ message, next }) => lose(new TabEngineError('lost', withoutEnd(message, next), next)),
      });
      return { model, lost, unload: () => this.#unload(engine) };
    } finally {
      progress.end();
      // Files that a person chose are not kept.
      if (staged) await files.delete(record.model, record.model_lib);
    }
  }

  /** Says what is missing before anything is downloaded: most 16-bit models do not declare that they need it. */
  async #check(spec: TabModelSpec): Promise<void> {
    let adapter: Awaited<ReturnType<Gpu['requestAdapter']>>;
    try {
      adapter = (await this.#input.gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
    } catch (error) {
      throw loadFailure(error);
    }
    if (adapter === null) throw loadFailure('WebGPUNotAvailableError');
    const missing = spec.record?.required_features?.find((name) => !adapter.features.has(name));
    if (missing !== undefined && missing !== 'shader-f16')
      throw new TabEngineError(
        'no-gpu',
        `This graphics processor has no ${missing}, and the model needs it.`,
        'Use another model.',
      );
    if ((needsF16(spec) || missing !== undefined) && !adapter.features.has('shader-f16'))
      throw loadFailure('ShaderF16SupportError');
    await this.#checkRoom(spec);
  }

  /** The package would find out in the middle of a download. */
  async #checkRoom({ source, bytes = null }: TabModelSpec): Promise<void> {
    if (source.from !== 'url' || bytes === null) return;
    const { quota, usage } = await this.#input.estimate();
    if (quota === undefined || usage === undefined) return;
    const folder = folderOf(source.url);
    const here = (await this.#input.files.cached()).find(({ url }) => folderOf(url) === folder);
    const needed = bytes - (here?.bytes ?? 0);
    if (here?.isPartial === false || needed <= quota - usage) return;
    const mb = (count: number) => `${Math.ceil(Math.max(0, count) / 1_000_000).toLocaleString('en')} MB`;
    throw new TabEngineError(
      'storage',
      `The model needs about ${mb(needed)}, and the browser gives this page ${mb(quota - usage)}.`,
      'Delete a model that you no longer need, or choose a smaller one.',
    );
  }

  async #record(spec: TabModelSpec, prebuilt: readonly ModelRecord[]): Promise<ModelRecord> {
    const overrides = { context_window_size: spec.contextTokens, sliding_window_size: -1 };
    if (spec.record !== undefined && spec.record !== null) return ownRecord(spec.id, spec.record, overrides);
    const source =
      spec.source.from === 'url'
        ? { url: spec.source.url, library: null }
        : await this.#input.files.put(spec.id, spec.source.files);
    const known = prebuilt.find(({ model }) => folderOf(model) === folderOf(source.url));
    if (spec.library === null && source.library === null && known !== undefined)
      return { ...known, overrides: { ...known.overrides, ...overrides } };
    const library = spec.library ?? source.library;
    if (library === null)
      throw new TabEngineError(
        'file',
        'WebLLM has no library for this model.',
        'Give the address of its library (.wasm) as well.',
      );
    return { model: source.url, model_id: spec.id, model_lib: library, overrides };
  }

  /** Loads, or rejects with the signal's reason soon after it fires. */
  async #reload(engine: WebllmEngine, model: string, signal: AbortSignal): Promise<void> {
    const load = engine.reload(model).catch((error: unknown) => {
      signal.throwIfAborted();
      throw loadFailure(error);
    });
    const settled = new AbortController();
    const cancelled = new Promise<never>((_, reject) => {
      const cancel = () => {
        const give = () => reject(signal.reason as Error);
        // Ends the downloads; `reload` then resolves, as if it had succeeded.
        engine.unload().catch(() => undefined);
        load.then(give, give);
        this.#input.clock.sleep(CANCEL_MS, settled.signal).then(give, () => undefined);
      };
      signal.addEventListener('abort', cancel, { once: true, signal: settled.signal });
      if (signal.aborted) cancel();
    });
    try {
      await Promise.race([load.then(() => (signal.aborted ? cancelled : undefined)), cancelled]);
    } catch (error) {
      // Whatever it has allocated by then goes.
      load.finally(() => engine.unload()).catch(() => undefined);
      throw error;
    } finally {
      settled.abort();
    }
  }

  async #unload(engine: WebllmEngine | null): Promise<void> {
    if (engine === null || engine !== this.#loaded) return;
    this.#loaded = null;
    engine.interruptGenerate();
    await engine.unload();
  }
}

/** A record of a person: what it says of the window holds. */
function ownRecord(
  id: string,
  record: WebllmRecord,
  room: { readonly context_window_size: number; readonly sliding_window_size: number },
): ModelRecord {
  // What is absent must not be there as undefined.
  const known = JSON.parse(JSON.stringify(record)) as ModelRecord;
  return { ...known, model_id: id, overrides: { ...room, ...known.overrides } };
}

/** The message of an error ends in what to do next. */
function withoutEnd(message: string, end: string): string {
  return message.endsWith(end) ? message.slice(0, -end.length).trimEnd() : message;
}

/** Its name says how a model was compiled: "q4f16_1", "q0f16". */
function needsF16(spec: TabModelSpec): boolean {
  const name = spec.source.from === 'url' ? `${spec.id} ${spec.source.url}` : spec.id;
  return /q\d+f16/.test(name);
}

/** Qwen3 and Qwen3.5 think before they speak unless their reply begins with an empty thought. */
function thinksUnlessTold(name: string): boolean {
  return /qwen3(?!.*(2507|instruct))/i.test(name);
}

/** The roles whose text goes through `String.replace` in WebLLM; models with a manifest are written without. */
function templatedIn(config: ChatConfig | null, record: ModelRecord): MessageStyle['templated'] {
  if (record.model_manifest !== undefined) return { system: true, user: false, assistant: false };
  const templates = config?.conv_template?.role_templates;
  if (config === null) return everyRoleTemplated;
  return {
    system: true,
    user: templates?.['user'] !== undefined,
    assistant: templates?.['assistant'] !== undefined,
  };
}

/** WebLLM tells how far it is in words; the bytes are in the list of shards, which is kept by then. */
class Progress {
  readonly #folder: string;
  readonly #files: WebllmFiles;
  readonly #tell: (progress: LoadProgress) => void;
  #total: number | null = null;
  #asked = false;
  #ended = false;

  constructor(folder: string, files: WebllmFiles, tell: (progress: LoadProgress) => void) {
    this.#folder = folder;
    this.#files = files;
    this.#tell = tell;
  }

  hear({ progress, text }: WebllmReport): void {
    if (this.#ended) return;
    if (!this.#asked) {
      this.#asked = true;
      this.#files.shards(this.#folder).then(
        (shards) => (this.#total = shards?.reduce((sum, { nbytes }) => sum + nbytes, 0) ?? null),
        () => undefined,
      );
    }
    const isDownload = /^(Start to fetch|Fetching param)/.test(text);
    const total = isDownload ? this.#total : null;
    this.#tell({
      stage: isDownload ? 'download' : 'prepare',
      loadedBytes: total === null ? null : Math.round(progress * total),
      totalBytes: total,
    });
  }

  /** Nothing is told after the load has ended. */
  end(): void {
    this.#ended = true;
  }
}
