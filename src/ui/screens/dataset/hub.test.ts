import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { pushToHub, repoProblem, withoutToken, type Push } from './hub.ts';

const TOKEN = 'hf_canaryCanaryCanary1234';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A Hub of its own: it knows three addresses, keeps what it was sent, and answers as told. */
async function fakeHub(answers: { create?: number; commit?: number } = {}) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const answer = async () => {
      const body = await bodyOf(request);
      const url = request.url ?? '';
      seen.push({ method: request.method ?? '', url, authorization: request.headers.authorization, body });
      const reply = (status: number, value: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(value));
      };
      if (url === '/api/repos/create')
        reply(answers.create ?? 200, {
          url: 'http://hub/datasets/o/n',
          id: '1',
          error: `bad token ${TOKEN}`,
        });
      else if (url.includes('/preupload/')) {
        const { files } = JSON.parse(body) as { files: { path: string }[] };
        reply(200, { files: files.map(({ path }) => ({ path, uploadMode: 'regular' })) });
      } else if (url.includes('/commit/'))
        reply(answers.commit ?? 200, {
          commitOid: 'abc',
          commitUrl: 'u',
          hookOutput: '',
          error: `no ${TOKEN}`,
        });
      else reply(404, { error: 'unknown' });
    };
    answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  closing.push(() => new Promise((done) => server.close(done)));
  return { hubUrl: `http://127.0.0.1:${address.port}`, seen };
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const files = [
  { path: 'README.md', bytes: new TextEncoder().encode('# Set') },
  { path: 'openai/train.jsonl', bytes: new TextEncoder().encode('{"messages":[]}\n') },
];
const push = (more: Partial<Push>): Promise<string> =>
  pushToHub({ token: TOKEN, repo: 'o/n', visibility: 'private', files, message: 'Dataset set', ...more });

describe('a push', () => {
  it('makes a private dataset and sends every file in one commit, with the token as bearer', async () => {
    const { hubUrl, seen } = await fakeHub();
    const phases: string[] = [];
    expect(await push({ hubUrl, onphase: (phase) => phases.push(phase) })).toBe(`${hubUrl}/datasets/o/n`);
    expect(seen.every(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
      name: 'n',
      organization: 'o',
      type: 'dataset',
      visibility: 'private',
    });
    const commit = seen.find(({ url }) => url.includes('/api/datasets/o/n/commit/main'));
    const lines = (commit?.body ?? '')
      .split('\n')
      .map((text) => JSON.parse(text) as { key: string; value: { path: string; content: string } });
    expect(lines[0]).toMatchObject({ key: 'header', value: { summary: 'Dataset set' } });
    const sent = lines
      .slice(1)
      .map(({ value }) => [value.path, Buffer.from(value.content, 'base64').toString()]);
    expect(Object.fromEntries(sent)).toEqual({
      'README.md': '# Set',
      'openai/train.jsonl': '{"messages":[]}\n',
    });
    expect(phases.at(-1)).toBe('Writing the commit');
  });

  it('adds a commit where the dataset exists', async () => {
    const { hubUrl, seen } = await fakeHub({ create: 409 });
    await push({ hubUrl });
    expect(seen.some(({ url }) => url.includes('/commit/'))).toBe(true);
  });

  it.each([
    ['the token is refused', { create: 401 }],
    ['the commit is refused', { commit: 403 }],
  ])('says why, without the token, when %s', async (_, answers) => {
    const { hubUrl } = await fakeHub(answers);
    const error = await push({ hubUrl }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain('…1234');
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack ?? ''}`).not.toContain(TOKEN);
  });

  it('asks no other host, and sends no cookies and no referrer', async () => {
    const asked: (RequestInit & { url: string })[] = [];
    const { hubUrl } = await fakeHub();
    const spy: typeof fetch = (input, init) => {
      asked.push({ ...init, url: input instanceof Request ? input.url : input.toString() });
      return fetch(input, init);
    };
    await push({ hubUrl, fetch: spy });
    for (const { url, credentials, referrerPolicy, cache } of asked)
      expect([new URL(url).origin, credentials, referrerPolicy, cache]).toEqual([
        hubUrl,
        'omit',
        'no-referrer',
        'no-store',
      ]);
  });

  it('stops when it is cancelled', async () => {
    const abort = new AbortController();
    const slow: typeof fetch = (_, init) =>
      new Promise((__, reject) =>
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    const running = push({ hubUrl: 'http://127.0.0.1:9', fetch: slow, signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('takes a token out of any text, and knows a repository by its name', () => {
  expect(withoutToken(`a ${TOKEN} b ${TOKEN}`, TOKEN)).toBe('a …1234 b …1234');
  expect(repoProblem('somebody/data-set.v1')).toBeNull();
  for (const bad of ['somebody', 'a/b/c', 'a b/c', '/x']) expect(repoProblem(bad)).not.toBeNull();
});
