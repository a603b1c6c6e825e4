/**
 * The part of WebLLM that is used here, so that tests can stand in for it. The package is 6 MB: it is imported when a
 * model is loaded, never before.
 */
import type {
  AppConfig,
  ChatCompletionChunk,
  ChatCompletionRequestStreaming,
  ModelRecord,
} from '@mlc-ai/web-llm';

export type { AppConfig, ChatCompletionChunk, ChatCompletionRequestStreaming, ModelRecord };

/** What WebLLM says while it loads; `progress` starts anew for each stage. */
export interface WebllmReport {
  readonly progress: number;
  readonly text: string;
}

/** The part of WebLLM's `MLCEngineInterface` that is used. */
export interface WebllmEngine {
  /** Resolves also when `unload` ended it. */
  reload(model: string): Promise<void>;
  chatCompletion(request: ChatCompletionRequestStreaming): Promise<AsyncIterable<ChatCompletionChunk>>;
  /** Ends the reply that is under way, whosever it is. Takes effect between two tokens. */
  interruptGenerate(): unknown;
  unload(): Promise<void>;
}

/** The part of the package that is used. */
export interface Webllm {
  readonly prebuilt: readonly ModelRecord[];
  engine(config: AppConfig, onreport: (report: WebllmReport) => void): WebllmEngine;
}

/** Imports the package. */
export async function importWebllm(): Promise<Webllm> {
  const { MLCEngine, prebuiltAppConfig } = await import('@mlc-ai/web-llm');
  return {
    prebuilt: prebuiltAppConfig.model_list,
    // It would write every step to the console, failures too, which are reported as they are thrown.
    engine: (appConfig, onreport) =>
      new MLCEngine({ appConfig, logLevel: 'SILENT', initProgressCallback: onreport }),
  };
}
