/** What is said between the page and a worker that runs a model in the tab, whichever engine it has. */
import { z } from 'zod';
import type { LanguageModel, ModelEvent, ModelRequest } from '#core/model/index.ts';
import type { LoadProgress, TabEngine, TabModelSpec } from '../models/tab/engine.ts';
import { failureSchema } from './protocol.ts';

/** A loaded model without the way to ask it. */
export type TabModelCard = Omit<LanguageModel, 'stream'>;

/** What each request is answered with. */
export interface TabAnswers {
  readonly load: TabModelCard;
  readonly ask: null;
  readonly stop: null;
  readonly unload: null;
  readonly cached: Awaited<ReturnType<TabEngine['cached']>>;
  readonly delete: null;
  readonly ping: null;
}

const id = z.int().positive();
const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** Page to worker. A spec and a request are of this build; what a person chose is checked where it is used. */
export const tabMessageSchema = z.discriminatedUnion('type', [
  /** Loads a model in place of the one before. Its id names the model from then on. */
  z.strictObject({ id, type: z.literal('load'), spec: z.custom<TabModelSpec>(isObject) }),
  z.strictObject({ id, type: z.literal('ask'), model: id, request: z.custom<ModelRequest>(isObject) }),
  /** Ends the load or the request of that id. */
  z.strictObject({ id, type: z.literal('stop'), of: id }),
  z.strictObject({ id, type: z.literal('unload'), model: id }),
  z.strictObject({ id, type: z.literal('cached') }),
  z.strictObject({ id, type: z.literal('delete'), url: z.string() }),
  /** Asks only whether the worker still answers. */
  z.strictObject({ id, type: z.literal('ping') }),
]);
export type TabMessage = z.infer<typeof tabMessageSchema>;

/** Worker to page: answers, and what is told without being asked. */
export const tabAnswerSchema = z.union([
  z.strictObject({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ id: z.int(), ok: z.literal(false), error: failureSchema }),
  z.strictObject({ told: z.literal('event'), ask: id, event: z.custom<ModelEvent>(isObject) }),
  z.strictObject({ told: z.literal('progress'), load: id, progress: z.custom<LoadProgress>(isObject) }),
  /** The model of that load is gone. */
  z.strictObject({ told: z.literal('lost'), model: id, error: failureSchema }),
]);
export type TabAnswer = z.infer<typeof tabAnswerSchema>;
