import { z } from 'zod';
import { ModelError } from '#core/model/index.ts';
import type { LanguageModel, ModelEvent, ModelRequest } from '#core/model/index.ts';
import { Assembly } from './assemble.ts';
import { failureOf } from './failures.ts';
import { events, json, type Transport } from './http.ts';
import type { ListedModel, Wire } from './wires/wire.ts';

/** A server that speaks one of the wire formats. */
export interface Endpoint {
  readonly id: string;
  readonly title: string;
  readonly wire: Wire;
  /** The base address, ending in a slash. */
  readonly base: string;
  readonly transport: Transport;
  /** The key for exactly this origin, asked for at every request; null when it needs none. */
  key(origin: string): string | null;
}

/** A model behind an endpoint. */
export function httpModel(
  endpoint: Endpoint,
  model: string,
  contextTokens: number | null = null,
): LanguageModel {
  return {
    id: `${endpoint.id}/${model}`,
    title: model,
    place: new URL(endpoint.base).host,
    toolMethod: 'native',
    contextTokens,
    stream: (request, signal) => stream(endpoint, model, request, signal),
  };
}

/** The models that an endpoint says it has. */
export async function listModels(endpoint: Endpoint, signal?: AbortSignal): Promise<readonly ListedModel[]> {
  const { wire } = endpoint;
  const body = await json(endpoint.transport, { ...addressed(endpoint, wire.models.path), signal });
  try {
    return [...wire.models.read(body)].sort((a, b) => (a.id < b.id ? -1 : 1));
  } catch (error) {
    throw protocol(error, 'The list of models');
  }
}

async function* stream(
  endpoint: Endpoint,
  model: string,
  request: ModelRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<ModelEvent> {
  const { wire, transport } = endpoint;
  const { clock } = transport;
  const assembly = new Assembly(clock.now());
  const read = wire.reader(request);
  const sent = { ...addressed(endpoint, wire.path(model)), body: wire.body(request, model), signal };
  for await (const data of events(transport, sent)) {
    for (const part of partsOf(read, data)) {
      if (part.type === 'failure')
        throw failureOf(part.status, transport.redact(part.message), new Headers());
      const event = assembly.add(part, clock.now());
      if (event !== null) yield event;
    }
  }
  if (!assembly.finished)
    throw new ModelError('protocol', 'The answer broke off in the middle.', 'Try again.');
  yield { type: 'end', reply: assembly.reply(clock.now()) };
}

function addressed(endpoint: Endpoint, path: string) {
  const url = new URL(path, endpoint.base);
  return { url: url.href, headers: endpoint.wire.headers(endpoint.key(url.origin)) };
}

function partsOf(read: ReturnType<Wire['reader']>, data: unknown) {
  try {
    return read(data);
  } catch (error) {
    throw protocol(error, 'A part of the answer');
  }
}

function protocol(error: unknown, what: string): unknown {
  if (!(error instanceof z.ZodError)) return error;
  const [issue] = error.issues;
  return new ModelError(
    'protocol',
    `${what} is not as expected: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
    'Is this address that of a model server?',
  );
}
