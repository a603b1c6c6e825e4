/** Models that the page offers to run in the tab: what they need and where that is written. Data, one shape for all engines. */
import type { ToolMethod } from '#core/model/index.ts';
import type { TabEngineId, TabModelSpec } from './engine.ts';

/** One model of the catalogue. */
export interface TabModelEntry {
  /** "wllama/<name>" or "webllm/<name>": what a run calls it. */
  readonly id: string;
  readonly engine: TabEngineId;
  readonly title: string;
  /** Billions of parameters. */
  readonly parameters: number;
  /** As in `TabModelSpec`: the address of a GGUF, or the folder of WebLLM's files. */
  readonly url: string;
  /** As in `TabModelSpec`. */
  readonly library: string | null;
  /** What is downloaded. */
  readonly bytes: number;
  /** What it takes once it is loaded: so much, and so much more for each token of context. */
  readonly memory: { readonly bytes: number; readonly perToken: number };
  /** Tokens that it was trained for. */
  readonly longest: number;
  /** Without it the model does not run; with `gpu` false it runs on the processor as well. */
  readonly needs: { readonly gpu: boolean; readonly f16: boolean };
  readonly toolMethod: ToolMethod;
  readonly licence: { readonly name: string; readonly url: string };
  /** The page that says so. */
  readonly source: string;
}

/** What a model takes in memory with room for so many tokens, in bytes. */
export function memoryFor({ memory }: Pick<TabModelEntry, 'memory'>, contextTokens: number): number {
  return memory.bytes + memory.perToken * contextTokens;
}

/** The model of the catalogue, to be loaded with room for so many tokens. */
export function specOf(entry: TabModelEntry, contextTokens: number): TabModelSpec {
  const { id, engine, title, url, library, bytes, toolMethod } = entry;
  return { id, engine, title, source: { from: 'url', url }, contextTokens, library, bytes, toolMethod };
}
