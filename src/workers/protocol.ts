import { z } from 'zod';
import { InputError } from '#core/environment/errors.ts';
import { ModelError, modelErrorKinds, NetworkError } from '#core/model/index.ts';
import { jobResultSchemas, type Job, type JobResults } from '#core/pipeline/job.ts';
import { TabEngineError, tabFailures } from '../models/tab/engine.ts';
import { WorkerError } from './errors.ts';

/** How much of an answer is parsed. `envelope` trusts a worker of the same build with the fields inside. */
export type Validation = 'envelope' | 'deep';

/** An error as it crosses: structured cloning would drop the class and its fields. */
export const failureSchema = z.strictObject({ name: z.string(), message: z.string(), data: z.json() });
type Failure = z.infer<typeof failureSchema>;

/** Pool to worker. The runner behind the worker parses the job itself, once. */
const requestSchema = z.strictObject({ id: z.int().nonnegative(), job: z.custom<Job>(isTyped) });
export type Request = z.infer<typeof requestSchema>;

/** The answer of a worker. A request that could not be read is answered with the id -1. */
const responseSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    id: z.int(),
    ok: z.literal(true),
    result: z.custom<JobResults[Job['type']]>(isTyped),
  }),
  z.strictObject({ id: z.int(), ok: z.literal(false), error: failureSchema }),
]);
export type Response = z.infer<typeof responseSchema>;

/** Worker to pool: how far a long job is, before its answer. */
const progressSchema = z.strictObject({ id: z.int(), progress: z.number().nonnegative() });
export type JobProgress = z.infer<typeof progressSchema>;

function isTyped(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    Object.hasOwn(jobResultSchemas, value.type)
  );
}

/** Parses what a pool sent; undefined when it is something else. */
export function readRequest(raw: unknown): Request | undefined {
  return requestSchema.safeParse(raw).data;
}

/** Parses what a worker sent. Throws {@link WorkerError} when it is something else. */
export function readResponse(raw: unknown): Response | JobProgress {
  const told = progressSchema.safeParse(raw);
  if (told.success) return told.data;
  const parsed = responseSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new WorkerError('protocol', 'A worker sent a message that is not an answer.', parsed.error);
}

/** The result of exactly this job. Throws {@link WorkerError} when it is the result of another. */
export function readResult<J extends Job>(
  job: J,
  result: JobResults[Job['type']],
  validation: Validation,
): JobResults[J['type']] {
  if (result.type !== job.type)
    throw new WorkerError('protocol', `A worker answered a "${job.type}" job with "${result.type}".`);
  // A job's type picks its result's type, which TypeScript cannot follow through a generic.
  if (validation === 'envelope') return result as JobResults[J['type']];
  const parsed = jobResultSchemas[job.type].safeParse(result);
  if (parsed.success) return parsed.data as JobResults[J['type']];
  throw new WorkerError('protocol', `A worker's "${job.type}" result does not parse.`, parsed.error);
}

/** An error as data. */
export function describeError(error: unknown): Failure {
  if (error instanceof InputError)
    return { name: error.name, message: error.message, data: { where: error.where } };
  if (error instanceof ModelError) {
    const { name, message, kind, next, status, retryAfter } = error;
    return { name, message, data: { kind, next, status, retryAfter } };
  }
  if (error instanceof NetworkError) {
    const { name, message, next, isRetryable } = error;
    return { name, message, data: { next, isRetryable } };
  }
  if (error instanceof TabEngineError) {
    const { name, message, failure, next } = error;
    return { name, message, data: { failure, next } };
  }
  if (error instanceof Error) return { name: error.name, message: error.message, data: null };
  return { name: 'Error', message: String(error), data: null };
}

/** The error again: an error of ours as itself, any other by its name. */
export function reviveError({ name, message, data }: Failure): Error {
  return revivers[name]?.(message, data) ?? Object.assign(new Error(message), { name });
}

/** By name; undefined where the data is not of that error. */
const revivers: Readonly<Record<string, (message: string, data: unknown) => Error | undefined>> = {
  InputError(message, data) {
    const { where } = inputErrorData.safeParse(data).data ?? {};
    if (where === undefined) return undefined;
    const prefix = `${where}: `;
    return new InputError(where, message.startsWith(prefix) ? message.slice(prefix.length) : message);
  },
  ModelError(message, data) {
    const found = modelErrorData.safeParse(data).data;
    if (found === undefined) return undefined;
    const { kind, next, status, retryAfter } = found;
    return new ModelError(kind, withoutEnd(message, next), next, {
      ...(status === null ? {} : { status }),
      retryAfter,
    });
  },
  NetworkError(message, data) {
    const found = networkErrorData.safeParse(data).data;
    if (found === undefined) return undefined;
    return new NetworkError(withoutEnd(message, found.next), found.next, found.isRetryable);
  },
  TabEngineError(message, data) {
    const found = tabErrorData.safeParse(data).data;
    if (found === undefined) return undefined;
    return new TabEngineError(found.failure, withoutEnd(message, found.next), found.next);
  },
};

/** The message of these errors ends in what to do next. */
const withoutEnd = (message: string, next: string) =>
  message.endsWith(next) ? message.slice(0, message.length - next.length).trim() : message;

const inputErrorData = z.strictObject({ where: z.string() });
const modelErrorData = z.strictObject({
  kind: z.enum(modelErrorKinds),
  next: z.string(),
  status: z.number().nullable(),
  retryAfter: z.number().nullable(),
});
const tabErrorData = z.strictObject({ failure: z.enum(tabFailures), next: z.string() });
const networkErrorData = z.strictObject({ next: z.string(), isRetryable: z.boolean() });
