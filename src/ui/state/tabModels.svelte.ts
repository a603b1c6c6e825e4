/** Models in this tab: which is loaded, what is kept of others, and what a load comes to. One model at a time. */
import { z } from 'zod';
import { InputError } from '#core/environment/index.ts';
import type { LanguageModel } from '#core/model/index.ts';
import {
  TabEngineError,
  type CachedModel,
  type LoadProgress,
  type TabEngineId,
  type TabModelSpec,
} from '../../models/tab/engine.ts';
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
  }),
);
/** A model that a person added by its address. */
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
  #abort: AbortController | null = null;

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

  /** Remembers a model by its address, in place of one of the same name. Rejects as the store does. */
  async add(model: OwnModel): Promise<void> {
    await this.#keep([...this.#own.filter(({ id }) => id !== model.id), model]);
  }

  /** Forgets a model that was added; its files stay until they are deleted. */
  async remove(id: string): Promise<void> {
    await this.#keep(this.#own.filter((model) => model.id !== id));
  }

  dismissProblem(): void {
    this.#problem = null;
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

  /** The model in memory under that id. Throws `InputError` when it is another, or none. */
  open(id: string): LanguageModel {
    if (isBuiltinId(id)) return this.builtin.open();
    const loaded = this.#loaded;
    if (loaded?.spec.id === id) return loaded.held.model;
    throw new InputError(id, 'this model is not loaded.', 'Load it in Settings, Models & keys, then go on.');
  }

  async #keep(own: readonly OwnModel[]): Promise<void> {
    this.#own = own;
    const repository = await this.#input.services.repository();
    await repository.put('settings', [{ workspace: BROWSER, id: SETTING, value: ownSchema.parse(own) }]);
  }

  #lose(held: TabModel, error: Error): void {
    const loaded = this.#loaded;
    if (loaded?.held !== held) return;
    this.#loaded = null;
    this.#fail(loaded.spec.id, error);
    this.#input.tell(`${loaded.spec.title} is no longer in memory. ${error.message}`);
  }

  #fail(id: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const next = error instanceof TabEngineError ? error.next : 'Try again.';
    this.#problem = { id, what: text.endsWith(next) ? text.slice(0, -next.length).trim() : text, next };
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
