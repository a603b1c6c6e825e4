import { z } from 'zod';
import { localBackups, type Backups, type OpenBundle } from './backups.ts';
import type { Exported } from './bundle.ts';
import type { BundlePreview } from './bundleImport.ts';
import type { Progress } from './manifest.ts';
import type { Repository } from './repository.ts';
import { workspaceRowSchema } from './rows.ts';

/**
 * Exports and imports in a worker with a database connection of its own: packing a large workspace takes seconds,
 * and a file that breaks something breaks the worker. One worker per export, one per opened file.
 */

/** One side of a worker; `transfer` moves buffers instead of copying them. */
interface Port {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** The page's side. */
export interface BackupWorker extends Port {
  /** Called when the worker failed to start or crashed. */
  onError(listener: (error: unknown) => void): void;
  terminate(): void;
}

const importAsSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('replace') }),
  z.strictObject({ type: z.literal('copy'), workspace: z.string().min(1), title: z.string() }),
]);
const requestSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('export'),
    workspace: z.string(),
    createdBy: z.string(),
    now: z.iso.datetime(),
  }),
  z.strictObject({ type: z.literal('open'), file: z.file() }),
  z.strictObject({ type: z.literal('import'), as: importAsSchema }),
]);
type Request = z.infer<typeof requestSchema>;

// The worker is of the same build: what it sends is told apart by its tag, its large fields are not parsed again.
const answerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), done: z.number(), total: z.number() }),
  z.strictObject({ type: z.literal('exported'), exported: z.custom<Exported>(isObject) }),
  z.strictObject({ type: z.literal('opened'), preview: z.custom<BundlePreview>(isObject) }),
  z.strictObject({ type: z.literal('imported'), workspace: workspaceRowSchema }),
  z.strictObject({ type: z.literal('failed'), name: z.string(), message: z.string() }),
]);
type Answer = z.infer<typeof answerSchema>;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Answers the page, in the worker. */
export function serveBackups(port: Port, open: () => Promise<Repository>): void {
  let local: Backups | undefined;
  let opened: OpenBundle | undefined;
  const onprogress: Progress = (done, total) => port.post({ type: 'progress', done, total });
  const answer = async (request: Request): Promise<Answer> => {
    const backups = (local ??= localBackups(await open()));
    switch (request.type) {
      case 'export': {
        const { workspace, createdBy, now } = request;
        const options = { createdBy, now, onprogress };
        return { type: 'exported', exported: await backups.exportWorkspace(workspace, options) };
      }
      case 'open':
        opened = await backups.openBundle(request.file, { onprogress });
        return { type: 'opened', preview: opened.preview };
      case 'import':
        if (opened === undefined) throw new TypeError('No file was opened.');
        return { type: 'imported', workspace: await opened.import(request.as) };
    }
  };
  const failed = (error: unknown): Answer =>
    error instanceof Error
      ? { type: 'failed', name: error.name, message: error.message }
      : { type: 'failed', name: 'Error', message: String(error) };
  const send = (message: Answer) =>
    port.post(message, message.type === 'exported' ? [message.exported.bytes.buffer] : []);
  port.onMessage((raw) => {
    Promise.resolve(raw)
      .then((message) => answer(requestSchema.parse(message)))
      .then(send, (error: unknown) => send(failed(error)));
  });
}

/**
 * The page's side: a worker for every export and every opened file. Errors keep their name and message, not their
 * class. Cancelling ends the worker at once.
 */
export function workerBackups(spawn: () => BackupWorker): Backups {
  return {
    async exportWorkspace(workspace, { createdBy, now, signal, onprogress }) {
      const session = new Session(spawn());
      try {
        const request: Request = { type: 'export', workspace, createdBy, now };
        return (await session.ask(request, 'exported', { signal, onprogress })).exported;
      } finally {
        session.end();
      }
    },
    async openBundle(file, options = {}) {
      const session = new Session(spawn());
      try {
        // A real file crosses without being read; the worker reads it.
        if (!(file instanceof File)) throw new TypeError('Only a file can be given to a worker.');
        const { preview } = await session.ask({ type: 'open', file }, 'opened', options);
        return {
          preview,
          import: async (as) => (await session.ask({ type: 'import', as }, 'imported', {})).workspace,
          close: () => session.end(),
        };
      } catch (error) {
        session.end();
        throw error;
      }
    },
  };
}

interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onprogress?: Progress | undefined;
}

/** One worker and the question it is working on. */
class Session {
  readonly #worker: BackupWorker;
  #settle: { answer: (message: Answer) => void; fail: (error: unknown) => void } | undefined;

  constructor(worker: BackupWorker) {
    this.#worker = worker;
    worker.onMessage((raw) => {
      const parsed = answerSchema.safeParse(raw);
      if (parsed.success) this.#settle?.answer(parsed.data);
      else this.#settle?.fail(parsed.error);
    });
    worker.onError((error) => this.#settle?.fail(error));
  }

  async ask<T extends Answer['type']>(
    request: Request,
    expected: T,
    { signal, onprogress }: AskOptions,
  ): Promise<Extract<Answer, { type: T }>> {
    signal?.throwIfAborted();
    const aborted = () => this.#settle?.fail(signal?.reason);
    signal?.addEventListener('abort', aborted);
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        this.#settle = {
          answer: (message) => {
            if (message.type === 'progress') onprogress?.(message.done, message.total);
            else resolve(message);
          },
          fail: reject,
        };
        this.#worker.post(request);
      });
      if (answer.type === 'failed') throw Object.assign(new Error(answer.message), { name: answer.name });
      if (answer.type !== expected) throw new TypeError(`The worker answered "${answer.type}".`);
      return answer as Extract<Answer, { type: T }>;
    } finally {
      this.#settle = undefined;
      signal?.removeEventListener('abort', aborted);
    }
  }

  end(): void {
    this.#settle?.fail(new DOMException('The work was cancelled.', 'AbortError'));
    this.#worker.terminate();
  }
}
