import { z } from 'zod';
import type { LanguageModel, ModelEvent, ModelRequest } from '#core/model/index.ts';
import type { BudgetLimits, ListedModel, Price, Spent, VaultAct, VaultState } from '../models/index.ts';
import { failureSchema } from './protocol.ts';

/** What all models of one run share, as data. */
export interface ModelRunOrder {
  /** Ids of the models, "provider/model". */
  readonly models: readonly string[];
  /** Addresses, by provider id. */
  readonly bases: Readonly<Record<string, string>>;
  /** What each model costs; null when nobody said. */
  readonly prices: Readonly<Record<string, Price | null>>;
  /** Requests to one provider at the same time. */
  readonly atOnce: number;
  readonly limits: BudgetLimits;
  /** What the run has used before. */
  readonly spent: Spent;
}

/** A model without the way to ask it. */
export type ModelCard = Omit<LanguageModel, 'stream'>;

/** What is known of the keys outside the worker: never a key. */
export interface KeysTold {
  /** "…abcd", by origin. */
  readonly hints: Readonly<Record<string, string>>;
  /** Origins whose key came from signing in there. */
  readonly signedIn: readonly string[];
  /** Those that are kept behind a passphrase. */
  readonly vault: VaultState;
  /** When a key was given or a model asked last, as a time of day in milliseconds. */
  readonly at: number;
  /** True when they have just been forgotten because nobody used them. */
  readonly wasIdle: boolean;
}

/** What each request is answered with. */
export interface ModelAnswers {
  readonly 'set-key': null;
  readonly 'sign-in': null;
  readonly forget: null;
  readonly vault: null;
  readonly 'forget-after': null;
  readonly list: readonly ListedModel[];
  readonly open: readonly ModelCard[];
  readonly ask: null;
  readonly stop: null;
  readonly close: null;
}

const id = z.int().positive();
const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** Page to worker. Orders and requests are of this build; what a person typed is checked where it is used. */
export const modelsMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ id, type: z.literal('set-key'), base: z.string(), key: z.string() }),
  /** Exchanges what came back from signing in at a provider for a key, and keeps that. */
  z.strictObject({
    id,
    type: z.literal('sign-in'),
    provider: z.string(),
    base: z.string(),
    code: z.string(),
    verifier: z.string(),
  }),
  /** The key of one origin; null for all of them. */
  z.strictObject({ id, type: z.literal('forget'), origin: z.string().nullable() }),
  /** Makes, opens, changes or deletes what is kept behind a passphrase. */
  z.strictObject({ id, type: z.literal('vault'), act: z.custom<VaultAct>(isObject) }),
  /** Milliseconds without use after which all keys go; null for never. */
  z.strictObject({ id, type: z.literal('forget-after'), ms: z.number().positive().nullable() }),
  /** Which models a provider has. */
  z.strictObject({ id, type: z.literal('list'), provider: z.string(), base: z.string() }),
  /** Opens the models of a run; the page numbers its runs. */
  z.strictObject({ id, type: z.literal('open'), run: id, order: z.custom<ModelRunOrder>(isObject) }),
  z.strictObject({
    id,
    type: z.literal('ask'),
    run: id,
    model: z.string(),
    request: z.custom<ModelRequest>(isObject),
  }),
  /** Ends the request that was asked with that id. */
  z.strictObject({ id, type: z.literal('stop'), ask: id }),
  z.strictObject({ id, type: z.literal('close'), run: id }),
]);
export type ModelsMessage = z.infer<typeof modelsMessageSchema>;

/** Worker to page: answers, and what is told without being asked. */
export const modelsAnswerSchema = z.union([
  z.strictObject({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ id: z.int(), ok: z.literal(false), error: failureSchema }),
  z.strictObject({ told: z.literal('event'), ask: id, event: z.custom<ModelEvent>(isObject) }),
  z.strictObject({ told: z.literal('spent'), run: id, spent: z.custom<Spent>(isObject) }),
  z.strictObject({ told: z.literal('keys'), keys: z.custom<KeysTold>(isObject) }),
]);
export type ModelsAnswer = z.infer<typeof modelsAnswerSchema>;
