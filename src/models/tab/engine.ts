/**
 * An engine that runs language models in this tab. `wllama` (llama.cpp in WebAssembly, any GGUF) and `webllm` (WebGPU)
 * implement it, each in a worker of its own; the page sees models, never an engine.
 */
import type { LanguageModel, ToolMethod } from '#core/model/index.ts';

import type { WebllmRecord } from './webllm/record.ts';

export type TabEngineId = 'wllama' | 'webllm';

/** Where the files of a model come from. */
export type TabModelSource =
  /** One address (a GGUF), or the folder that holds WebLLM's files; absolute. */
  | { readonly from: 'url'; readonly url: string }
  /** Files that a person chose; they are not kept. */
  | { readonly from: 'files'; readonly files: readonly File[] };

/** A model as a person chose it. Plain data but for chosen files. */
export interface TabModelSpec {
  /** "wllama/<name>" or "webllm/<name>": what a run calls it. */
  readonly id: string;
  readonly engine: TabEngineId;
  readonly title: string;
  readonly source: TabModelSource;
  /** Tokens of prompt and reply together to make room for. */
  readonly contextTokens: number;
  /** WebLLM only: address of the compiled model library. Null for one of its prebuilt models. */
  readonly library: string | null;
  /** WebLLM only: how a person described the model; absent for one of its prebuilt models. */
  readonly record?: WebllmRecord | null;
  /** What there is to download, about; absent or null where nobody knows. */
  readonly bytes?: number | null;
  /** The SHA-256 that its one file has to have, in hexadecimal; absent or null asks for none. */
  readonly sha256?: string | null;
  /** How tools reach it; absent leaves that to the engine, which constrains the reply where it can. */
  readonly toolMethod?: ToolMethod;
}

/** How far a load is. Bytes are null where the engine does not say. */
export interface LoadProgress {
  /** `download`: files arrive. `prepare`: they are put into memory, shaders are compiled. */
  readonly stage: 'download' | 'prepare';
  readonly loadedBytes: number | null;
  readonly totalBytes: number | null;
}

/** Why a load or a reply failed, so that the page can say what to do next. */
export const tabFailures = [
  'no-gpu',
  'no-f16',
  'memory',
  'lost',
  'storage',
  'network',
  'file',
  'other',
] as const;
export type TabFailure = (typeof tabFailures)[number];

/** A model in memory. Its `stream` reports failures as every {@link LanguageModel} does. */
export interface LoadedModel {
  readonly model: LanguageModel;
  /** Resolves when the engine notices by itself that the model is gone, as when the graphics device is lost. */
  readonly lost?: Promise<TabEngineError>;
  /** Frees the memory; ends what is under way. */
  unload(): Promise<void>;
}

/** What is kept of a model in this browser. */
export interface CachedModel {
  /** The address it came from. */
  readonly url: string;
  readonly bytes: number | null;
  /** Its download broke off; loading it goes on with the rest. */
  readonly isPartial?: boolean;
}

/** One engine. Holds one model at a time: a load ends the one before it. */
export interface TabEngine {
  readonly id: TabEngineId;
  /** Rejects with `TabEngineError` (kind and next step), or with the signal's reason. */
  load(
    spec: TabModelSpec,
    onprogress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<LoadedModel>;
  /** Models whose files are kept in this browser, by the address they came from, with bytes where known. */
  cached(): Promise<readonly CachedModel[]>;
  /** Deletes the kept files of a model. */
  delete(url: string): Promise<void>;
}

/** A model in the tab could not be loaded, or died. */
export class TabEngineError extends Error {
  override readonly name = 'TabEngineError';
  constructor(
    readonly failure: TabFailure,
    what: string,
    /** What to do now, in one sentence. */
    readonly next: string,
  ) {
    super(`${what} ${next}`.trim());
  }
}
