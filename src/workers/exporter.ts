import type { ExportRequest, ServedTask } from '#core/interchange/index.ts';
import { WorkerError } from './errors.ts';
import {
  exportAnswerSchema,
  type ExportAnswers,
  type ExportMessage,
  type FileBytes,
  type MadeExport,
} from './exportProtocol.ts';
import type { WorkerPort } from './port.ts';
import { reviveError } from './protocol.ts';

type Unnumbered<M> = M extends { id: number } ? Omit<M, 'id'> : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The page's side of one export. Its worker lives until {@link Exporter.dispose}, and holds what was made. */
export class Exporter {
  readonly #port: WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  constructor(port: WorkerPort) {
    this.#port = port;
    port.onMessage((raw) => this.#hear(raw));
    port.onError((error) =>
      this.#fail(new WorkerError('died', error instanceof Error ? error.message : String(error), error)),
    );
  }

  /** Gives it a database that a person brought, with the policy that came with it. */
  async load(file: Omit<Extract<ExportMessage, { type: 'load' }>, 'id' | 'type'>): Promise<void> {
    await this.#ask({ type: 'load', ...file });
  }

  /** Gives it more rollouts. */
  async add(served: readonly ServedTask[]): Promise<void> {
    await this.#ask({ type: 'add', served });
  }

  /** Makes the files, and says what is in them. */
  make(request: ExportRequest): Promise<MadeExport> {
    return this.#ask({ type: 'make', request });
  }

  /** What was made, as one zip. */
  zip(): Promise<Uint8Array> {
    return this.#ask({ type: 'zip' });
  }

  /** What was made, file by file. */
  files(): Promise<readonly FileBytes[]> {
    return this.#ask({ type: 'files' });
  }

  /** Ends its worker; what is still asked for rejects with an `AbortError`. */
  async dispose(): Promise<void> {
    this.#fail(Object.assign(new Error('The export was given up.'), { name: 'AbortError' }));
    await this.#port.terminate();
  }

  #ask<T extends ExportMessage['type']>(
    message: Extract<Unnumbered<ExportMessage>, { type: T }>,
  ): Promise<ExportAnswers[T]> {
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      // The worker is of this build and answers each request in kind.
      this.#waiting.set(id, { resolve: (value) => resolve(value as ExportAnswers[T]), reject });
      this.#port.post({ ...message, id });
    });
  }

  #hear(raw: unknown): void {
    const parsed = exportAnswerSchema.safeParse(raw);
    if (!parsed.success) {
      this.#fail(new WorkerError('protocol', 'A worker sent a message that is not an answer.', parsed.error));
      return;
    }
    const answer = parsed.data;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else if (waiting !== undefined) waiting.reject(reviveError(answer.error));
    else this.#fail(reviveError(answer.error));
  }

  #fail(error: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }
}
