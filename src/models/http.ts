import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ModelError, NetworkError } from '#core/model/index.ts';
import type { Clock } from './clock.ts';
import { failureOf } from './failures.ts';

/** One request to a provider. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for a GET. */
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

/** What the transport needs from outside. */
export interface Transport {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Silence after which a request is given up, in milliseconds: before the first byte, and between two. */
  readonly silence: number;
  /** Removes secrets from text that a person will see. */
  readonly redact: (text: string) => string;
  /** What to check when no answer comes, in words: CORS switches, a local server that is not running. */
  readonly unreachable: string;
}

const LARGEST_ERROR = 2000;
const LARGEST_EVENT = 4_000_000;

/** Posts and yields the JSON of every server-sent event. Throws `ModelError`, `NetworkError` or the signal's reason. */
export async function* events(transport: Transport, request: HttpRequest): AsyncGenerator<unknown> {
  const guard = new Guard(transport, request.signal);
  try {
    const response = await send(transport, request, guard);
    if (response.body === null) throw cut('The answer has no body.');
    const reader = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ maxBufferSize: LARGEST_EVENT }))
      .getReader();
    try {
      for (;;) {
        const { done, value } = await guard.wait(reader.read());
        if (done) return;
        if (value.data === '[DONE]') return;
        yield parsed(value.data);
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.end();
  }
}

/** Gets or posts once and returns the JSON. Throws as {@link events} does. */
export async function json(transport: Transport, request: HttpRequest): Promise<unknown> {
  const guard = new Guard(transport, request.signal);
  try {
    const response = await send(transport, request, guard);
    return parsed(await guard.wait(response.text()));
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.end();
  }
}

async function send(transport: Transport, request: HttpRequest, guard: Guard): Promise<Response> {
  const response = await guard.wait(
    transport.fetch(request.url, {
      method: request.body === undefined ? 'GET' : 'POST',
      headers: {
        ...request.headers,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: guard.signal,
      // Nothing of this page but the headers above goes along, and no other address is followed.
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
      cache: 'no-store',
    }),
  );
  if (response.ok) return response;
  const text = (await guard.wait(response.text())).slice(0, LARGEST_ERROR);
  throw failureOf(response.status, transport.redact(text), response.headers);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw cut('The answer is not JSON.');
  }
}

const cut = (what: string) => new ModelError('protocol', what, 'Is this address that of a model server?');

/** Joins the caller's signal with a watch on silence, and tells afterwards what ended a request. */
class Guard {
  readonly #transport: Transport;
  readonly #caller: AbortSignal | undefined;
  readonly #own = new AbortController();
  readonly #forward: () => void;
  /** One for the whole request: rejects when it is ended from outside. */
  readonly #aborted: Promise<never>;
  #silent = false;

  constructor(transport: Transport, caller: AbortSignal | undefined) {
    this.#transport = transport;
    this.#caller = caller;
    this.#forward = () => this.#own.abort(caller?.reason);
    caller?.throwIfAborted();
    caller?.addEventListener('abort', this.#forward, { once: true });
    this.#aborted = aborted(this.#own.signal);
    // Nobody may be waiting when it is ended.
    this.#aborted.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#own.signal;
  }

  /** Waits for a part of the answer, but not for ever. */
  async wait<T>(part: Promise<T>): Promise<T> {
    const watch = new AbortController();
    const silence = this.#transport.clock.sleep(this.#transport.silence, watch.signal).then(
      () => {
        this.#silent = true;
        this.#own.abort();
        throw new Error('silence');
      },
      // The answer came first.
      () => new Promise<never>(() => undefined),
    );
    try {
      return await Promise.race([part, silence, this.#aborted]);
    } finally {
      watch.abort();
    }
  }

  /** The error that the caller should see. */
  explain(error: unknown): unknown {
    if (this.#caller?.aborted) return this.#caller.reason;
    if (this.#silent)
      return new NetworkError(
        `No answer for ${this.#transport.silence / 1000} s.`,
        'The server may be overloaded; try again.',
        true,
      );
    if (error instanceof ModelError || error instanceof NetworkError) return error;
    // A parser that was fed more than it takes.
    if (error instanceof Error && error.name === 'ParseError')
      return cut('The answer is not a stream of events.');
    // A browser says no more than "Failed to fetch": offline, refused, blocked by CORS, or cut in the middle.
    const words = error instanceof Error ? error.message : String(error);
    return new NetworkError(
      `No connection (${this.#transport.redact(words)}).`,
      this.#transport.unreachable,
      true,
    );
  }

  end(): void {
    this.#caller?.removeEventListener('abort', this.#forward);
    this.#own.abort();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
