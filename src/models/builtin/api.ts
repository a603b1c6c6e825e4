/**
 * The part of the browser's Prompt API that is used here (`LanguageModel`, a global of pages, not of workers), so that
 * tests can stand in for it. Its names have changed more than once; both of a pair are read, the newer one first.
 */
import { z } from 'zod';

/** Whether the browser has a model: `downloadable` needs a press of a button first. */
export const builtinAvailabilities = ['unavailable', 'downloadable', 'downloading', 'available'] as const;
export type BuiltinAvailability = (typeof builtinAvailabilities)[number];
export const availabilitySchema = z.enum(builtinAvailabilities);

export interface BuiltinMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Pages may set neither temperature nor seed. */
export interface BuiltinPromptOptions {
  readonly signal: AbortSignal;
  /** A JSON Schema that the reply is held to. */
  readonly responseConstraint?: object;
  /** The schema is not put into the prompt as well. */
  readonly omitResponseConstraintInput?: boolean;
}

/** A conversation that the browser keeps. */
export interface BuiltinSession {
  promptStreaming(input: readonly BuiltinMessage[], options: BuiltinPromptOptions): ReadableStream<string>;
  destroy(): void;
  addEventListener(type: 'contextoverflow' | 'quotaoverflow', listener: () => void): void;
  /** Tokens of a whole conversation. */
  readonly contextWindow?: number;
  /** The same, by its older name. */
  readonly inputQuota?: number;
}

/** Says how far a download is. */
export interface BuiltinMonitor {
  addEventListener(type: 'downloadprogress', listener: (event: { readonly loaded: number }) => void): void;
}

/** What a session is to be able to do. */
export interface BuiltinNeeds {
  readonly expectedInputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[];
  readonly expectedOutputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[];
}

export interface BuiltinApi {
  availability(needs: BuiltinNeeds): Promise<string>;
  create(
    options: BuiltinNeeds & {
      readonly signal: AbortSignal;
      readonly monitor?: (monitor: BuiltinMonitor) => void;
      readonly initialPrompts?: readonly BuiltinMessage[];
    },
  ): Promise<BuiltinSession>;
}

/** Text in English: what the prompts of this page are. */
export const builtinNeeds: BuiltinNeeds = {
  expectedInputs: [{ type: 'text', languages: ['en'] }],
  expectedOutputs: [{ type: 'text', languages: ['en'] }],
};

const isFunction = (value: unknown) => typeof value === 'function';
const apiSchema = z.custom<BuiltinApi>(
  (value) =>
    (typeof value === 'function' || typeof value === 'object') &&
    value !== null &&
    isFunction(Reflect.get(value, 'availability')) &&
    isFunction(Reflect.get(value, 'create')),
);

/** The API of a page; null where the browser has none, or an older one that works in another way. */
export function builtinIn(scope: object): BuiltinApi | null {
  return apiSchema.safeParse(Reflect.get(scope, 'LanguageModel')).data ?? null;
}

/** Tokens of a whole conversation; null where the browser does not say. */
export function windowOf({ contextWindow, inputQuota }: BuiltinSession): number | null {
  const size = contextWindow ?? inputQuota ?? null;
  return size !== null && Number.isFinite(size) && size > 0 ? Math.floor(size) : null;
}
