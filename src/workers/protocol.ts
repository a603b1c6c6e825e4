import { z } from 'zod';
import { InputError } from '#core/environment/errors.ts';
import { jobResultSchemas, type Job, type JobResults } from '#core/pipeline/job.ts';
import { WorkerError } from './errors.ts';

/** How much of an answer is parsed. `envelope` trusts a worker of the same build with the fields inside. */
export type Validation = 'envelope' | 'deep';

/** An error as it crosses: structured cloning would drop the class and its fields. */
export const failureSchema = z.strictObject({ name: z.string(), message: z.string(), data: z.json() });
type Failure = z.infer<typeof failureSchema>;

/** Pool to worker. The runner behind the worker parses the job itself, once. */
const requestSchema = z.strictObject({ id: z.int().nonnegative(), job: z.custom<Job>(isTyped) });
export type Request = z.infer<typeof requestSchema>;

/** Worker to pool. A request that could not be read is answered with the id -1. */
const responseSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    id: z.int(),
    ok: z.literal(true),
    result: z.custom<JobResults[Job['type']]>(isTyped),
  }),
  z.strictObject({ id: z.int(), ok: z.literal(false), error: failureSchema }),
]);
export type Response = z.infer<typeof responseSchema>;

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
export function readResponse(raw: unknown): Response {
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
  if (error instanceof Error) return { name: error.name, message: error.message, data: null };
  return { name: 'Error', message: String(error), data: null };
}

/** The error again: an {@link InputError} as itself, any other by its name. */
export function reviveError({ name, message, data }: Failure): Error {
  const where = inputErrorData.safeParse(data);
  if (name === 'InputError' && where.success) {
    const prefix = `${where.data.where}: `;
    return new InputError(
      where.data.where,
      message.startsWith(prefix) ? message.slice(prefix.length) : message,
    );
  }
  return Object.assign(new Error(message), { name });
}

const inputErrorData = z.strictObject({ where: z.string() });
