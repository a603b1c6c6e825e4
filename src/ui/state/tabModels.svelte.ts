/** Models in this tab: which is loaded, what is kept of others, and what a load comes to. One model at a time. */
import { z } from 'zod';
import { InputError, jsonSchema } from '#core/environment/index.ts';
import { ModelError, type LanguageModel } from '#core/model/index.ts';
import {
  TabEngineError,
  type CachedModel,
  type LoadProgress,
  type TabEngineId,
  type TabModelSpec,
} from '../../models/tab/engine.ts';
import { webllmRecordSchema } from '../../models/tab/webllm/record.ts';
import { BROWSER } from '../../store/rows.ts';
import type { TabModel } from '../../workers/tabDesk.ts';
import { isAbort } from './abort.ts';
import { BuiltinModel } from './builtinModel.svelte.ts';
import { isBuiltinId } from './modelId.ts';
import type { Services } from './services.ts';

const SETTING = 'tab-models';

const ownSchema = z.array(
  z.strictObject({
    id: z.string(),
    engine: z.enum(['wllama', 'webllm']),
    title: z.string(),
    url: z.string(),
    library: z.string().nullable(),
    sha256: z.string().nullable().default(null),
    record: webllmRecordSchema.nullable().default(null),
  }),
);
/** A model that a person added: a GGUF by its address, or a record for WebLLM. */
export type OwnModel = Readonly<z.infer<typeof ownSchema>[number]>;

/** A load under way. */
export interface Loading {
  readonly spec: TabModelSpec;
  /** Null until the engine says something. */
  readonly progress: LoadProgress | null;
  /** Bytes a second of the download; null while nobody can tell. */
  readonly rate: number | null;
}

/** Why the last load, or the loaded model, failed. */
export interface TabProblem {
  readonly id: string;
  readonly what: string;
  readonly next: string;
}

/** A model that was lost and loaded again by itself. */
export interface Recovery {
  readonly title: string;
  /** Why it was lost, in words. */
  readonly why: string;
  readonly times: number;
}

/** What this needs from outside. */
export interface TabModelsInput {
  readonly services: Pick<Services, 'repository' | 'tabDesk'>;
  /** Milliseconds, for rates. */
  readonly now: () => number;
  /** The browser's own model; absent where nobody looks for one. */
  readonly builtin?: BuiltinModel;
  /** Told when a model that was loaded is gone. */
  readonly tell: (text: string) => void;
}

/** Engines that this build has. */
export const tabEngines: readonly TabEngineId[] = ['wllama', 'webllm'];

/** How often a lost model is loaded again for one reply, and for all who have opened it once, such as a run. */
const LOADS_FOR_A_REPLY = 2;
const LOADS_IN_ALL = 5;

/** Milliseconds over which a rate is taken. */
const RATE_OVER_MS = 5000;

export class TabModels {
  readonly #input: TabModelsInput;
  /** The browser's own model, beside the one in memory. */
  readonly builtin: BuiltinModel;
  #loaded = $state.raw<{ readonly spec: TabModelSpec; readonly held: TabModel } | null>(null);
  #loading = $state.raw<Loading | null>(null);
  #problem = $state.raw<TabProblem | null>(null);
  #cached = $state.raw<readonly CachedModel[]>([]);
  #own = $state.raw<readonly OwnModel[]>([]);
  #recovery = $state.raw<Recovery | null>(null);
  #abort: AbortController | null = null;
  /** The model that was lost last, unless somebody took it out of memory or loaded another since. */
  #lost: { readonly spec: TabModelSpec; readonly held: TabModel } | null = null;
  #recovering: Promise<void> | null = null;

  /** Ids of the models that Roll out offers: the one in memory, and the browser's own. */
  readonly offered = $derived.by(() => [
    ...(this.#loaded === null ? [] : [this.#loaded.spec.id]),
    ...this.builtin.offered,
  ]);

  constructor(input: TabModelsInput) {
    this.#input = input;
    this.builtin = input.builtin ?? new BuiltinModel(null);
  }

  /** The model in memory; null when there is none. */
  get loaded(): { readonly spec: TabModelSpec; readonly model: LanguageModel } | null {
    return this.#loaded === null ? null : { spec: this.#loaded.spec, model: this.#loaded.held.model };
  }
  get loading(): Loading | null {
    return this.#loading;
  }
  get problem(): TabProblem | null {
    return this.#problem;
  }
  /** The model that was lost and is in memory again; null when that has not happened, or was read. */
  get recovery(): Recovery | null {
    return this.#recovery;
  }
  /** Models whose files are kept in this browser. */
  get cached(): readonly CachedModel[] {
    return this.#cached;
  }
  /** Models that a person added by their addresses. */
  get own(): readonly OwnModel[] {
    return this.#own;
  }

  /** Reads which models were added before. */
  async start(): Promise<void> {
    const repository = await this.#input.services.repository();
    const row = await repository.get('settings', BROWSER, SETTING);
    this.#own = ownSchema.safeParse(row?.value).data ?? [];
  }

  /** Looks again what is kept; an engine that cannot tell keeps nothing. Starts the engines' workers. */
  async look(): Promise<void> {
    const all = await Promise.all(
      tabEngines.map(async (engine) => {
        try {
          return await (await this.#input.services.tabDesk(engine)).cached();
        } catch {
          return [];
        }
      }),
    );
    this.#cached = all.flat();
  }

  /** Loads a model in place of the one before. What goes wrong is {@link TabModels.problem}. Never rejects. */
  async load(spec: TabModelSpec): Promise<void> {
    if (this.#loading !== null) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    if (this.#recovery?.title !== spec.title) this.#recovery = null;
    this.#loading = { spec, progress: null, rate: null };
    const speed = new Speed(this.#input.now);
    try {
      await this.#loaded?.held.unload();
      this.#loaded = null;
      const desk = await this.#input.services.tabDesk(spec.engine);
      const held = await desk.load(
        spec,
        (progress) => {
          if (this.#abort === abort) this.#loading = { spec, progress, rate: speed.after(progress) };
        },
        abort.signal,
      );
      this.#loaded = { spec, held };
      this.#lost = null;
      held.lost.then(
        (error) => this.#lose(held, error),
        () => undefined,
      );
    } catch (error) {
      if (!isAbort(error)) this.#fail(spec.id, error);
    } finally {
      this.#abort = null;
      this.#loading = null;
    }
    if (spec.source.from === 'url') await this.look();
  }

  /** Ends the load under way. What has arrived is kept. */
  cancel(): void {
    this.#abort?.abort();
  }

  /** Frees the memory. Never rejects. */
  async unload(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = null;
    this.#lost = null;
    this.#recovery = null;
    await loaded?.held.unload();
  }

  /** Deletes the kept files of a model, and takes it out of memory if it is there. Never rejects. */
  async delete(engine: TabEngineId, id: string, url: string): Promise<void> {
    try {
      if (this.#loaded?.spec.id === id) await this.unload();
      await (await this.#input.services.tabDesk(engine)).delete(url);
      this.#problem = null;
    } catch (error) {
      this.#fail(id, error);
    }
    await this.look();
  }

  /**
   * Remembers models, each in place of one of the same name. Rejects as the store does.
   * @param instead the name that one of them had before
   */
  async add(models: readonly OwnModel[], instead: string | null = null): Promise<void> {
    const gone = [...models.map(({ id }) => id), instead];
    await this.#keep([...this.#own.filter(({ id }) => !gone.includes(id)), ...models]);
  }

  /** Forgets a model that was added; its files stay until they are deleted. */
  async remove(id: string): Promise<void> {
    await this.#keep(this.#own.filter((model) => model.id !== id));
  }

  dismissProblem(): void {
    this.#problem = null;
  }
  dismissRecovery(): void {
    this.#recovery = null;
  }

  /** Tokens that the model in memory has room for; null for another one. */
  contextOf(id: string): number | null {
    if (isBuiltinId(id)) return this.builtin.model?.contextTokens ?? null;
    return this.#loaded?.spec.id === id ? this.#loaded.held.model.contextTokens : null;
  }

  /** Why a model cannot be asked now; null when it can. */
  missing(id: string): string | null {
    if (isBuiltinId(id)) return this.builtin.missing();
    return this.#loaded?.spec.id === id ? null : `${id} is not loaded. Load it in Settings, Models & keys.`;
  }

  /**
   * The model in memory under that id. When it is lost in the middle of a reply it is loaded again, and asked the same
   * again: whoever asked hears of a retry. Throws `InputError` when it is another, or none.
   */
  open(id: string): LanguageModel {
    if (isBuiltinId(id)) return this.builtin.open();
    const loaded = this.#loaded;
    if (loaded?.spec.id === id) return this.#surviving(id, loaded.held.model);
    throw new InputError(id, 'this model is not loaded.', 'Load it in Settings, Models & keys, then go on.');
  }

  #surviving(id: string, card: LanguageModel): LanguageModel {
    let loads = 0;
    const held = () => (this.#loaded?.spec.id === id ? this.#loaded.held : null);
    const recover = (asked: TabModel | null, error: ModelError) => this.#recover(id, asked, error);
    return {
      ...card,
      async *stream(request, signal) {
        for (let attempt = 1; ; attempt += 1) {
          const asked = held();
          try {
            yield* (asked?.model ?? card).stream(request, signal);
            return;
          } catch (error) {
            signal?.throwIfAborted();
            const isLost = error instanceof ModelError && error.kind === 'device';
            if (!isLost || attempt > LOADS_FOR_A_REPLY || loads >= LOADS_IN_ALL) throw error;
            const isFirst = await orAborted(recover(asked, error), signal);
            if (isFirst) loads += 1;
            yield { type: 'retry', attempt, wait: 0, reason: error.message };
          }
        }
      },
    };
  }

  /**
   * Loads a lost model again. Rejects with why it was lost when it was taken away by hand, or with why it cannot be.
   * @returns whether it was this call that had it loaded
   */
  async #recover(id: string, asked: TabModel | null, error: ModelError): Promise<boolean> {
    // Whoever asked hears of it before the desk has told us, or it is in memory again by now.
    const loaded = this.#loaded;
    if (loaded?.spec.id === id && loaded.held !== asked) return false;
    if (loaded !== null && loaded.held === asked) {
      this.#lose(loaded.held, error);
      await loaded.held.unload();
    }
    const lost = this.#lost;
    if (lost?.spec.id !== id) throw error;
    const isFirst = this.#recovering === null;
    this.#recovering ??= this.#reload(lost.spec, error).finally(() => (this.#recovering = null));
    await this.#recovering;
    return isFirst;
  }

  async #reload(spec: TabModelSpec, error: ModelError): Promise<void> {
    const why = sentenceOf(error);
    const times = (this.#recovery?.title === spec.title ? this.#recovery.times : 0) + 1;
    await this.load(spec);
    const problem = this.#problem;
    if (this.#loaded?.spec !== spec)
      throw problem === null ? error : new ModelError('device', `${why} ${problem.what}`, problem.next);
    this.#recovery = { title: spec.title, why, times };
    this.#input.tell(`${spec.title} is in memory again, and goes on.`);
  }

  async #keep(own: readonly OwnModel[]): Promise<void> {
    this.#own = own;
    const repository = await this.#input.services.repository();
    await repository.put('settings', [
      { workspace: BROWSER, id: SETTING, value: jsonSchema.parse(JSON.parse(JSON.stringify(own))) },
    ]);
  }

  #lose(held: TabModel, error: Error): void {
    const loaded = this.#loaded;
    if (loaded?.held !== held) return;
    this.#loaded = null;
    this.#lost = loaded;
    this.#fail(loaded.spec.id, error);
    this.#input.tell(`${loaded.spec.title} is no longer in memory. ${error.message}`);
  }

  #fail(id: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const isOurs = error instanceof TabEngineError || error instanceof ModelError;
    const next = isOurs ? error.next : 'Try again.';
    this.#problem = { id, what: text.endsWith(next) ? text.slice(0, -next.length).trim() : text, next };
  }
}

/** What happened, without what to do now. */
const sentenceOf = ({ message, next }: ModelError) =>
  message.endsWith(next) ? message.slice(0, -next.length).trimEnd() : message;

/** Waits, but no longer than the signal. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), {
      once: true,
      signal: over.signal,
    }),
  );
  try {
    return await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}

/** Bytes a second over the last moments. */
class Speed {
  readonly #now: () => number;
  #seen: { readonly at: number; readonly bytes: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  after({ stage, loadedBytes }: LoadProgress): number | null {
    if (stage !== 'download' || loadedBytes === null) return null;
    const at = this.#now();
    this.#seen = [...this.#seen.filter((one) => at - one.at <= RATE_OVER_MS), { at, bytes: loadedBytes }];
    const [first] = this.#seen;
    if (first === undefined || at <= first.at) return null;
    return ((loadedBytes - first.bytes) / (at - first.at)) * 1000;
  }
}
