/**
 * A server on this machine that speaks the wire formats of the vendors, streams, and misbehaves on request. Real
 * HTTP, real CORS; only the model is made up. Tests of the adapters, of whole runs and of the page use it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeSignIn } from './fakeSignIn.ts';

/** One reply of the made-up model. */
export interface FakeReply {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly { readonly name: string; readonly raw: string }[];
  readonly finish?: 'stop' | 'call' | 'length' | 'refusal';
  readonly usage?: { readonly prompt: number; readonly cached: number; readonly reply: number } | null;
}

/** What the server does with one request. */
export type FakeBehaviour =
  | {
      readonly type: 'reply';
      readonly reply: FakeReply;
      readonly delay?: number;
      /** Called when the last byte was handed over. */
      readonly ended?: () => void;
    }
  | {
      readonly type: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  /** Accepts and says nothing. */
  | { readonly type: 'hang' }
  /** Ends the connection after the first part of the reply. */
  | { readonly type: 'cut'; readonly reply: FakeReply; readonly abruptly: boolean }
  /** A success whose body is this text. */
  | { readonly type: 'garbage'; readonly body: string; readonly contentType?: string }
  /** Answers like any server that never heard of CORS. */
  | { readonly type: 'no-cors'; readonly reply: FakeReply };

/** A request as the server saw it. */
export interface FakeRequest {
  readonly vendor: 'openai' | 'anthropic' | 'google';
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; null for a GET. */
  readonly body: unknown;
  /** From 0, over all requests for replies. */
  readonly index: number;
}

export interface FakeVendors {
  /** "http://127.0.0.1:PORT/": below it `openai/`, `anthropic/` and `google/` are base addresses, and `auth` a page to sign in at. */
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  readonly signIn: FakeSignIn;
  /** Requests that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

/** Starts the server on a free port. */
export async function fakeVendors(
  behave: (request: FakeRequest) => FakeBehaviour,
  models: readonly string[] = ['fake-small', 'fake-large'],
  contexts: Readonly<Record<string, number>> = {},
): Promise<FakeVendors> {
  const requests: FakeRequest[] = [];
  const signIn = new FakeSignIn();
  let open = 0;
  const server = createServer((incoming, response) => {
    if (incoming.method === 'OPTIONS') {
      response.writeHead(204, cors(incoming)).end();
      return;
    }
    if (signIn.visit(incoming, response)) return;
    open += 1;
    response.on('close', () => (open -= 1));
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const vendor = vendorOf(incoming.url ?? '');
      if (incoming.method === 'GET') {
        response.writeHead(200, { ...cors(incoming), 'content-type': 'application/json' });
        response.end(JSON.stringify(modelList(vendor, models, contexts)));
        return;
      }
      const path = incoming.url ?? '';
      const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
      const exchanged = signIn.exchange(path, body);
      if (exchanged !== null) {
        response.writeHead(exchanged.status, { ...cors(incoming), 'content-type': 'application/json' });
        response.end(JSON.stringify(exchanged.body));
        return;
      }
      const request: FakeRequest = {
        vendor,
        method: incoming.method ?? '',
        path,
        headers: incoming.headers,
        body,
        index: requests.length,
      };
      requests.push(request);
      act(request, behave(request), incoming, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    signIn,
    get open() {
      return open;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function act(
  request: FakeRequest,
  behaviour: FakeBehaviour,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const allowed = behaviour.type === 'no-cors' ? {} : cors(incoming);
  const stream = (reply: FakeReply) =>
    eventsOf(request.vendor, reply).map((event) => sse(request.vendor, event));
  switch (behaviour.type) {
    case 'hang':
      return;
    case 'status':
      response.writeHead(behaviour.status, {
        ...allowed,
        'content-type': 'application/json',
        ...behaviour.headers,
      });
      response.end(behaviour.body ?? JSON.stringify({ error: { message: `status ${behaviour.status}` } }));
      return;
    case 'garbage':
      response.writeHead(200, { ...allowed, 'content-type': behaviour.contentType ?? 'text/event-stream' });
      response.end(behaviour.body);
      return;
    case 'cut': {
      response.writeHead(200, { ...allowed, 'content-type': 'text/event-stream' });
      const [first = ''] = stream(behaviour.reply);
      response.write(first);
      if (behaviour.abruptly) setTimeout(() => response.destroy(), 10);
      else response.end();
      return;
    }
    case 'no-cors':
    case 'reply': {
      response.writeHead(200, { ...allowed, 'content-type': 'text/event-stream' });
      const events = stream(behaviour.reply);
      const next = (i: number) => {
        const event = events[i];
        if (event === undefined) {
          response.end(request.vendor === 'openai' ? 'data: [DONE]\n\n' : '', () => {
            if (behaviour.type === 'reply') behaviour.ended?.();
          });
          return;
        }
        response.write(event);
        const delay = behaviour.type === 'reply' ? (behaviour.delay ?? 0) : 0;
        if (delay > 0) setTimeout(() => next(i + 1), delay);
        else next(i + 1);
      };
      next(0);
    }
  }
}

function cors(incoming: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': incoming.headers['access-control-request-headers'] ?? '*',
    'access-control-expose-headers': 'retry-after, retry-after-ms',
    'access-control-allow-private-network': 'true',
  };
}

function vendorOf(path: string): FakeRequest['vendor'] {
  const [, name] = path.split('/');
  return name === 'anthropic' || name === 'google' ? name : 'openai';
}

/** @param contexts tokens of the models whose context the vendor tells, each in its own words */
function modelList(
  vendor: FakeRequest['vendor'],
  models: readonly string[],
  contexts: Readonly<Record<string, number>>,
): object {
  const told = { openai: 'context_length', anthropic: 'max_input_tokens', google: 'inputTokenLimit' }[vendor];
  const of = (name: string) => (contexts[name] === undefined ? {} : { [told]: contexts[name] });
  if (vendor === 'google')
    return {
      models: models.map((name) => ({
        name: `models/${name}`,
        ...of(name),
        supportedGenerationMethods: ['generateContent'],
      })),
    };
  return { data: models.map((id) => ({ id, ...of(id) })) };
}

function sse(vendor: FakeRequest['vendor'], event: { type?: string }): string {
  const name = vendor === 'anthropic' && event.type !== undefined ? `event: ${event.type}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}

/** A text in pieces, so that what is put together again was really apart. */
function pieces(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
}

function eventsOf(vendor: FakeRequest['vendor'], reply: FakeReply): { type?: string }[] {
  const finish = reply.finish ?? ((reply.calls ?? []).length > 0 ? 'call' : 'stop');
  const usage = reply.usage === undefined ? { prompt: 100, cached: 0, reply: 10 } : reply.usage;
  if (vendor === 'anthropic') return anthropicEvents(reply, finish, usage);
  if (vendor === 'google') return googleEvents(reply, finish, usage);
  return openaiEvents(reply, finish, usage);
}

type Usage = { readonly prompt: number; readonly cached: number; readonly reply: number } | null;
type Finish = NonNullable<FakeReply['finish']>;

function openaiEvents(reply: FakeReply, finish: Finish, usage: Usage): object[] {
  const delta = (part: object) => ({ choices: [{ index: 0, delta: part }] });
  const reasons = { stop: 'stop', call: 'tool_calls', length: 'length', refusal: 'content_filter' };
  return [
    ...pieces(reply.reasoning ?? '').map((text) => delta({ reasoning_content: text })),
    ...pieces(reply.text ?? '').map((text) => delta({ content: text })),
    ...(reply.calls ?? []).flatMap(({ name, raw }, index) => [
      delta({
        tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }],
      }),
      ...pieces(raw).map((part) => delta({ tool_calls: [{ index, function: { arguments: part } }] })),
    ]),
    { choices: [{ index: 0, delta: {}, finish_reason: reasons[finish] }] },
    ...(usage === null
      ? []
      : [
          {
            choices: [],
            usage: {
              prompt_tokens: usage.prompt,
              completion_tokens: usage.reply,
              prompt_tokens_details: { cached_tokens: usage.cached },
            },
          },
        ]),
  ];
}

function anthropicEvents(reply: FakeReply, finish: Finish, usage: Usage): { type: string }[] {
  const reasons = { stop: 'end_turn', call: 'tool_use', length: 'max_tokens', refusal: 'refusal' };
  const blocks: { type: string }[][] = [];
  const block = (start: object, deltas: object[]) => {
    const index = blocks.length;
    blocks.push([
      { type: 'content_block_start', index, content_block: start } as { type: string },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index } as { type: string },
    ]);
  };
  if (reply.reasoning)
    block(
      { type: 'thinking', thinking: '' },
      pieces(reply.reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })),
    );
  if (reply.text)
    block(
      { type: 'text', text: '' },
      pieces(reply.text).map((text) => ({ type: 'text_delta', text })),
    );
  for (const [i, { name, raw }] of (reply.calls ?? []).entries())
    block(
      { type: 'tool_use', id: `toolu_${i}`, name, input: {} },
      pieces(raw).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    );
  const start =
    usage === null
      ? {}
      : { input_tokens: usage.prompt - usage.cached, cache_read_input_tokens: usage.cached };
  return [
    { type: 'message_start', message: { usage: start } } as { type: string },
    { type: 'ping' },
    ...blocks.flat(),
    {
      type: 'message_delta',
      delta: { stop_reason: reasons[finish] },
      usage: usage === null ? {} : { output_tokens: usage.reply },
    } as { type: string },
    { type: 'message_stop' },
  ];
}

function googleEvents(reply: FakeReply, finish: Finish, usage: Usage): object[] {
  const reasons = { stop: 'STOP', call: 'STOP', length: 'MAX_TOKENS', refusal: 'SAFETY' };
  const parts = (list: object[]) => ({ candidates: [{ content: { role: 'model', parts: list } }] });
  return [
    ...pieces(reply.reasoning ?? '').map((text) => parts([{ text, thought: true }])),
    ...pieces(reply.text ?? '').map((text) => parts([{ text }])),
    ...(reply.calls ?? []).map(({ name, raw }) =>
      parts([{ functionCall: { name, args: JSON.parse(raw) as object } }]),
    ),
    {
      candidates: [{ finishReason: reasons[finish] }],
      ...(usage === null
        ? {}
        : {
            usageMetadata: {
              promptTokenCount: usage.prompt,
              cachedContentTokenCount: usage.cached,
              candidatesTokenCount: usage.reply,
            },
          }),
    },
  ];
}
