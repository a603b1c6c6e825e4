import { strToU8, zipSync } from 'fflate';
import type { DatabaseRef, Domain } from '#core/environment/index.ts';
import { InputError } from '#core/environment/errors.ts';
import { Databases } from '#core/pipeline/databases.ts';
import { makeExport, type ExportResult, type ServedTask } from '#core/interchange/export.ts';
import { exportMessageSchema, type ExportAnswers, type ExportMessage } from './exportProtocol.ts';
import { describeError } from './protocol.ts';
import type { ParentPort } from './serve.ts';

/**
 * The worker's side of an export: takes rollouts, makes files, hands them out. The page stays free meanwhile, and the
 * page's policy has nothing against fflate's synchronous calls here.
 */
export function serveExport(port: ParentPort, domains: readonly Domain[]): void {
  const desk = new ExportDesk(domains);
  const answer = async (raw: unknown): Promise<unknown> => {
    const parsed = exportMessageSchema.safeParse(raw);
    if (!parsed.success)
      return {
        id: -1,
        ok: false,
        error: describeError(new TypeError('A worker was sent what it does not know.')),
      };
    const { id } = parsed.data;
    try {
      return { id, ok: true, value: await desk.answer(parsed.data) };
    } catch (error) {
      return { id, ok: false, error: describeError(error) };
    }
  };
  const report = (error: unknown) => port.post({ id: -1, ok: false, error: describeError(error) });
  port.onMessage((raw) => {
    answer(raw).then((message) => port.post(message), report);
  });
}

class ExportDesk {
  readonly #domains: readonly Domain[];
  readonly #databases: Databases;
  readonly #served: ServedTask[] = [];
  #result: ExportResult | undefined;

  constructor(domains: readonly Domain[]) {
    this.#domains = domains;
    this.#databases = new Databases(domains);
  }

  async answer(message: ExportMessage): Promise<ExportAnswers[ExportMessage['type']]> {
    switch (message.type) {
      case 'load':
        await this.#databases.load(message);
        return null;
      case 'add':
        this.#served.push(...message.served);
        return null;
      case 'make': {
        // Only an export with Parquet files pays for the library.
        const parquet = message.request.parquet
          ? (await import('#core/interchange/formats/parquet.ts')).writeParquet
          : null;
        const sources = {
          served: this.#served,
          tasks: [],
          domainOf: (ref: DatabaseRef) => this.#domain(ref),
          stateOf: (ref: DatabaseRef) => this.#databases.open(ref).state,
        };
        const { files, ...rest } = (this.#result = makeExport(message.request, sources, parquet));
        return {
          ...rest,
          files: files.map(({ path, content }) => ({ path, bytes: bytesOf(content).length })),
        };
      }
      case 'zip':
        // A fixed date: the same export gives the same bytes.
        return zipSync(Object.fromEntries(this.#bytes().map(({ path, bytes }) => [path, bytes])), {
          mtime: new Date('2000-01-01T00:00:00Z'),
        });
      case 'files':
        return this.#bytes();
    }
  }

  #bytes() {
    return (this.#result?.files ?? []).map(({ path, content }) => ({ path, bytes: bytesOf(content) }));
  }

  /** With the policy that came with the database. A seeded one need not be made for that. */
  #domain(ref: DatabaseRef): Domain {
    if (ref.kind === 'file') return this.#databases.open(ref).domain;
    const found = this.#domains.find((domain) => domain.id === ref.domain);
    if (found === undefined) throw new InputError(`domain '${ref.domain}'`, 'this build does not know it.');
    return found;
  }
}

const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? strToU8(content) : content);
