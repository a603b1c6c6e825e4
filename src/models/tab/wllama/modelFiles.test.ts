import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../clock.ts';
import { fileServer, type FileServer, type FileTurn } from '../../../testing/fileServer.ts';
import { memoryFiles, type MemoryFilesInput } from '../../../testing/memoryFiles.ts';
import { TabEngineError } from '../engine.ts';
import { ModelFiles } from './modelFiles.ts';

const SIZE = 200_000;
const CUT = 100_000;
const file = madeFile(1);
const other = madeFile(2);
const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const never = new AbortController().signal;
const nothing = () => undefined;
let server: FileServer;

function madeFile(seed: number, length = SIZE): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * seed + (i >> 8)) % 251);
  bytes.set(new TextEncoder().encode('GGUF'));
  return bytes;
}

/** Waits for connections as long as it has to be for the real thing to answer, and no longer. */
const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms / 100);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

function setup(input: MemoryFilesInput = {}) {
  const memory = memoryFiles(input);
  const make = () => new ModelFiles({ fetch, storage: memory.storage, clock, origin: null });
  return { ...memory, files: make(), make, url: `${server.url}tiny.gguf` };
}

const failureOf = async (work: Promise<unknown>): Promise<TabEngineError> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof TabEngineError) return error;
  throw new Error(`not a TabEngineError: ${String(error)}`, { cause: error });
};
const sumIn = async (kept: File) => sumOf(new Uint8Array(await kept.arrayBuffer()));
const SUM = sumOf(file);
const asked = () => server.ranges.length;

beforeAll(async () => {
  server = await fileServer(file);
});
afterAll(() => server.close());
beforeEach(() => {
  server.set({});
  (server.ranges as (string | null)[]).length = 0;
});

describe('a download', () => {
  it('arrives whole, is told in bytes, and is not asked for again', async () => {
    const { files, url } = setup();
    const heard: [number, number | null][] = [];
    const kept = await files.get(url, (...bytes) => heard.push(bytes), never);
    expect(await sumIn(kept)).toBe(SUM);
    expect(heard.at(0)).toEqual([0, SIZE]);
    expect(heard.at(-1)).toEqual([SIZE, SIZE]);
    await files.get(url, nothing, never);
    expect(asked()).toBe(1);
    expect(await files.list()).toEqual([{ url, bytes: SIZE, isPartial: false }]);
  });

  it('goes on by itself when the connection is cut, from where it was', async () => {
    server.set({ cutAfter: CUT }, { cutAfter: 50_000 }, {});
    const { files, url } = setup();
    expect(await sumIn(await files.get(url, nothing, never))).toBe(SUM);
    expect(server.ranges[0]).toBeNull();
    const from = server.ranges.slice(1).map((range) => Number(/\d+/.exec(range ?? '')?.[0]));
    expect(from).toHaveLength(2);
    expect(from[0]).toBeGreaterThan(0);
    expect(from[1]).toBeGreaterThan(from[0] ?? Infinity);
  });

  it('goes on another day, in another tab', async () => {
    server.set({ cutAfter: CUT }, { status: 503 });
    const { files, make, url } = setup();
    expect(await failureOf(files.get(url, nothing, never))).toMatchObject({
      failure: 'network',
      next: expect.stringContaining('what has arrived is kept') as string,
    });
    const [partial] = await files.list();
    expect(partial).toMatchObject({ url, isPartial: true });
    expect(partial?.bytes).toBeGreaterThan(0);
    server.set({});
    expect(await sumIn(await make().get(url, nothing, never))).toBe(SUM);
    expect(server.ranges.at(-1)).toBe(`bytes=${partial?.bytes ?? 0}-`);
  });

  it.each<[string, FileTurn]>([
    ['knows no ranges', { noRange: true }],
    ['says that the rest begins elsewhere', { wrongPlace: true }],
  ])('begins anew where the server %s', async (_, turn) => {
    server.set({ cutAfter: CUT }, turn, {});
    const { files, url } = setup();
    expect(await sumIn(await files.get(url, nothing, never))).toBe(SUM);
  });

  it('says that a server which cuts and knows no ranges is of no use', async () => {
    server.set({ cutAfter: CUT, noRange: true });
    const { files, url } = setup();
    const failed = await failureOf(files.get(url, nothing, never));
    expect(failed.message).toContain('tiny.gguf broke off after 1 MB of 1 MB');
    expect(failed.next).toContain('begins anew');
    expect(asked()).toBeLessThan(6);
  });

  it.each<[string, FileTurn, FileTurn]>([
    ['has another mark', { cutAfter: CUT, etag: '"a"' }, { etag: '"b"', body: other }],
    ['is longer', { cutAfter: CUT }, { body: madeFile(3, SIZE + 3) }],
    ['is shorter than what is here', { cutAfter: CUT }, { body: other.slice(0, 5000) }],
  ])('takes none of the old file when the new one %s', async (_, before, after) => {
    server.set(before, after);
    const { files, url } = setup();
    expect(await sumIn(await files.get(url, nothing, never))).toBe(sumOf(after.body ?? file));
  });

  it('takes a file whose length nobody says', async () => {
    server.set({ noLength: true });
    const { files, url } = setup();
    expect(await sumIn(await files.get(url, nothing, never))).toBe(SUM);
    expect(await files.list()).toMatchObject([{ bytes: SIZE, isPartial: false }]);
  });

  it.each<[number, string, number]>([
    [404, 'Check the address', 1],
    [403, 'consent to a licence', 1],
    [401, 'an account', 1],
    [503, 'Try again later', 3],
    [429, 'Try again later', 3],
  ])('says what to do at %d, and keeps nothing', async (status, next, tries) => {
    server.set({ status });
    const { files, url, sizes } = setup();
    const failed = await failureOf(files.get(url, nothing, never));
    expect(failed).toMatchObject({ failure: 'network' });
    expect(failed.message).toContain(`answered ${status} for tiny.gguf`);
    expect(failed.next).toContain(next);
    expect(asked()).toBe(tries);
    expect(sizes()).toEqual({});
  });

  it('says that nobody answers, once', async () => {
    const { files, sizes } = setup();
    const failed = await failureOf(files.get('http://127.0.0.1:9/tiny.gguf', nothing, never));
    expect(failed.message).toContain('127.0.0.1:9 did not answer');
    expect(failed.next).toContain('CORS');
    expect(sizes()).toEqual({});
  });

  it('does not wait for a server that falls silent', async () => {
    server.set({ hangAfter: CUT }, {});
    const { files, url } = setup();
    expect(await sumIn(await files.get(url, nothing, never))).toBe(SUM);
    expect(asked()).toBe(2);
  });

  it('keeps no page that says something else', async () => {
    server.set({ body: new TextEncoder().encode('<!doctype html>Log in'), type: 'text/html' });
    const { files, url, sizes } = setup();
    expect(await failureOf(files.get(url, nothing, never))).toMatchObject({
      failure: 'file',
      message: expect.stringContaining('is no GGUF (text/html). It was not kept') as string,
    });
    expect(sizes()).toEqual({});
  });

  it('ends when it is cancelled, and keeps what has arrived', async () => {
    server.set({ slow: 5 });
    const { files, url } = setup();
    const abort = new AbortController();
    const loading = files.get(
      url,
      (bytes) => (bytes > 50_000 ? abort.abort(new Error('enough')) : undefined),
      abort.signal,
    );
    await expect(loading).rejects.toThrow('enough');
    const [partial] = await files.list();
    expect(partial?.bytes).toBeGreaterThan(50_000);
    expect(await sumIn(await files.get(url, nothing, never))).toBe(SUM);
    expect(asked()).toBe(2);
  });
});

describe('a full storage', () => {
  it('is told before anything is written, where the browser knows', async () => {
    const { files, url, sizes } = setup({ quota: 1000 });
    const failed = await failureOf(files.get(url, nothing, never));
    expect(failed).toMatchObject({ failure: 'storage' });
    expect(failed.message).toContain('1 MB are still to be downloaded, and the browser gives this page 1 MB');
    expect(failed.next).toContain('Delete a model');
    expect(sizes()).toEqual({});
  });

  it.each([
    ['throws', false],
    ['takes a part in silence', true],
  ])('that %s in the middle leaves what can be gone on with', async (_, isSilent) => {
    const { files, url } = setup({ limit: CUT, isSilent, quota: 10 * SIZE });
    const failed = await failureOf(files.get(url, nothing, never));
    expect(failed.message).toContain("The browser's storage is full. What has arrived is kept.");
    expect(await files.list()).toMatchObject([{ url, isPartial: true }]);
    expect(asked()).toBe(1);
  });
});

describe('a promised sum', () => {
  it('is checked once', async () => {
    const { files, url } = setup();
    await files.get(url, nothing, never, SUM);
    expect(await sumIn(await files.get(url, nothing, never, SUM))).toBe(SUM);
    expect(asked()).toBe(1);
  });

  it('also for a file that came without one', async () => {
    const { files, url, sizes } = setup();
    await files.get(url, nothing, never);
    const failed = await failureOf(files.get(url, nothing, never, sumOf(other)));
    expect(failed.message).toContain('not the file that was promised');
    expect(sizes()).toEqual({});
  });

  it('that differs deletes the file', async () => {
    server.set({ body: other });
    const { files, url, sizes } = setup();
    expect(await failureOf(files.get(url, nothing, never, SUM))).toMatchObject({ failure: 'file' });
    expect(sizes()).toEqual({});
    server.set({});
    expect(await sumIn(await files.get(url, nothing, never, SUM))).toBe(SUM);
  });
});

describe('one file, several hands', () => {
  it('is downloaded once; the second is told so, and may neither write nor delete', async () => {
    server.set({ slow: 5 });
    const { files, make, url } = setup();
    const first = files.get(url, nothing, never);
    await expect.poll(() => asked()).toBe(1);
    const tab = make();
    expect(await failureOf(tab.get(url, nothing, never))).toMatchObject({
      failure: 'storage',
      next: expect.stringContaining('another tab') as string,
    });
    expect(await failureOf(tab.delete(url))).toMatchObject({ failure: 'storage' });
    expect(await tab.list()).toMatchObject([{ url, isPartial: true }]);
    expect(await sumIn(await first)).toBe(SUM);
    await tab.delete(url);
    expect(await files.list()).toEqual([]);
  });

  it('leaves nothing of a tab that was closed at a bad moment', async () => {
    const { files, url, put, sizes } = setup();
    await files.get(url, nothing, never);
    const whole = sizes();
    put('aa', 'bytes without a note');
    put('bb.json', 'a note without bytes');
    put('cc', 'bytes');
    put('cc.json', '{"url":');
    expect(await files.list()).toHaveLength(1);
    expect(sizes()).toEqual(whole);
  });
});
