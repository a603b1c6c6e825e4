/** The browser's own model, where it has one: whether it is there, its download, and whether runs may use it. */
import { InputError } from '#core/environment/index.ts';
import type { LanguageModel } from '#core/model/index.ts';
import { systemClock, type Clock } from '../../models/index.ts';
import {
  availabilitySchema,
  BUILTIN_ID,
  builtinNeeds,
  loadBuiltin,
  type BuiltinApi,
  type BuiltinAvailability,
  type LoadedBuiltin,
} from '../../models/builtin/index.ts';
import { isAbort } from './abort.ts';

const NOT_LOADED = "This browser's own model is not loaded. Load it in Settings, Models & keys.";

export class BuiltinModel {
  readonly #api: BuiltinApi | null;
  readonly #clock: Clock;
  #availability = $state.raw<BuiltinAvailability | null>(null);
  #loaded = $state.raw<LoadedBuiltin | null>(null);
  #progress = $state.raw<number | null>(null);
  #problem = $state.raw<string | null>(null);
  #abort = $state.raw<AbortController | null>(null);

  /** Ids of the models that Roll out offers. */
  readonly offered = $derived(this.#loaded === null ? [] : [BUILTIN_ID]);
  readonly isLoading = $derived(this.#abort !== null);

  /** @param api the browser's; null where it has none */
  constructor(api: BuiltinApi | null, clock: Clock = systemClock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Whether this browser has the API at all. */
  get isKnown(): boolean {
    return this.#api !== null;
  }
  /** Null until somebody looked. */
  get availability(): BuiltinAvailability | null {
    return this.#availability;
  }
  get model(): LanguageModel | null {
    return this.#loaded?.model ?? null;
  }
  /** The part of the download that has arrived, of 1; null while nobody knows. */
  get progress(): number | null {
    return this.#progress;
  }
  get problem(): string | null {
    return this.#problem;
  }

  /**
   * Asks the browser, whose console tells of each time that it has none: one that has none is asked once a page. Never
   * rejects: one that cannot tell has none.
   */
  async look(): Promise<void> {
    if (this.#api === null || this.#availability === 'unavailable') return;
    const said = await this.#api.availability(builtinNeeds).catch(() => 'unavailable');
    this.#availability = availabilitySchema.safeParse(said).data ?? 'unavailable';
  }

  /** Loads it, and downloads it before where it has to. Call it from a press of a button. Never rejects. */
  async load(): Promise<void> {
    if (this.#api === null || this.#abort !== null || this.#loaded !== null) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    const input = { api: this.#api, clock: this.#clock };
    try {
      this.#loaded = await loadBuiltin(input, (loaded) => (this.#progress = loaded), abort.signal);
    } catch (error) {
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#abort = null;
      this.#progress = null;
    }
    await this.look();
  }

  /** Ends the load under way; the browser keeps what it has of the download. */
  cancel(): void {
    this.#abort?.abort();
  }

  unload(): void {
    this.#loaded?.unload();
    this.#loaded = null;
  }

  /** Why it cannot be asked now; null when it can. */
  missing(): string | null {
    return this.#loaded === null ? NOT_LOADED : null;
  }

  /** Throws `InputError` when it is not loaded. */
  open(): LanguageModel {
    if (this.#loaded !== null) return this.#loaded.model;
    throw new InputError(BUILTIN_ID, 'it is not loaded.', 'Load it in Settings, Models & keys, then go on.');
  }
}
