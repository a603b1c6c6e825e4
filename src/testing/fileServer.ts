/** A server on this machine that gives one file, and misbehaves as a test tells it. Real HTTP, real CORS. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request; in turn, the last again and again. */
export interface FileTurn {
  /** Any other status than that of a file. */
  readonly status?: number;
  /** Ends the connection after so many bytes of the answer. */
  readonly cutAfter?: number;
  /** Says nothing after so many bytes of the answer. */
  readonly hangAfter?: number;
  /** Knows nothing of `Range`. */
  readonly noRange?: boolean;
  /** Does not say how long the answer is. */
  readonly noLength?: boolean;
  /** Says that the rest begins elsewhere. */
  readonly wrongPlace?: boolean;
  readonly etag?: string;
  /** Another file than before. */
  readonly body?: Uint8Array;
  readonly type?: string;
  /** Answers like a server that never heard of CORS. */
  readonly noCors?: boolean;
  /** Milliseconds between two pieces of the answer. */
  readonly slow?: number;
}

export interface FileServer {
  /** "http://127.0.0.1:PORT/". */
  readonly url: string;
  /** `Range` of each request; null for one without. */
  readonly ranges: readonly (string | null)[];
  /** What the next requests meet. */
  set(...turns: readonly FileTurn[]): void;
  close(): Promise<void>;
}

const PIECE = 16_384;

/** Starts one. */
export async function fileServer(file: Uint8Array): Promise<FileServer> {
  const ranges: (string | null)[] = [];
  let turns: readonly FileTurn[] = [{}];
  const server = createServer((request, response) => {
    const [turn = {}] = turns;
    if (turns.length > 1) turns = turns.slice(1);
    const range = request.headers.range ?? null;
    ranges.push(range);
    answer(response, turn, turn.body ?? file, range).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    ranges,
    set: (...next) => (turns = next),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  response: ServerResponse,
  turn: FileTurn,
  file: Uint8Array,
  range: string | null,
): Promise<void> {
  if (turn.noCors !== true) response.setHeader('access-control-allow-origin', '*');
  if (turn.status !== undefined) {
    response.writeHead(turn.status, { 'content-type': 'text/plain' }).end('no');
    return;
  }
  const from = turn.noRange === true || range === null ? 0 : Number(/bytes=(\d+)-/.exec(range)?.[1] ?? 0);
  if (from >= file.length && from > 0) {
    response.writeHead(416).end();
    return;
  }
  const isRest = from > 0;
  const body = file.subarray(from);
  const place = turn.wrongPlace === true ? from + 1 : from;
  response.writeHead(isRest ? 206 : 200, {
    'content-type': turn.type ?? 'application/octet-stream',
    ...(turn.noRange === true ? {} : { 'accept-ranges': 'bytes' }),
    ...(turn.etag === undefined ? {} : { etag: turn.etag, 'access-control-expose-headers': 'etag' }),
    ...(turn.noLength === true ? {} : { 'content-length': body.length }),
    ...(isRest ? { 'content-range': `bytes ${place}-${file.length - 1}/${file.length}` } : {}),
  });
  const end = Math.min(body.length, turn.cutAfter ?? Infinity, turn.hangAfter ?? Infinity);
  for (let at = 0; at < end; at += PIECE) {
    await new Promise((resolve) => response.write(body.subarray(at, Math.min(end, at + PIECE)), resolve));
    if (turn.slow !== undefined) await new Promise((resolve) => setTimeout(resolve, turn.slow));
  }
  if (turn.hangAfter !== undefined) return;
  if (turn.cutAfter !== undefined) response.destroy();
  else response.end();
}
