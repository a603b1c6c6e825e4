import type { Domain } from '#core/environment/index.ts';
import { memoryFor, type TabModelEntry } from '../../../../models/tab/catalogue.ts';
import type { OwnModel } from '../../../state/tabModels.svelte.ts';
import type { Services } from '../../../state/services.ts';
import { capabilities, type BrowserParts, type Capability } from '../capabilities.ts';
import { domainRooms, fitOf, type Fit } from './fit.ts';

/** Of all that a browser can do, what models need. */
const NEEDED = ['webgpu', 'f16', 'quota', 'workers', 'isolated'];
const FIRST_CONTEXT = 8192;

/** What this browser can run, and with how much room for words. */
export class Able {
  readonly #services: Pick<Services, 'domains'>;
  readonly #browser: BrowserParts;
  #capabilities = $state.raw<readonly Capability[] | null>(null);
  #domains = $state.raw<readonly Domain[]>([]);
  #contextTokens = $state.raw(FIRST_CONTEXT);

  readonly rooms = $derived.by(() => domainRooms(this.#domains, this.#contextTokens));

  constructor(services: Pick<Services, 'domains'>, browser: BrowserParts) {
    this.#services = services;
    this.#browser = browser;
  }

  /** Null until the browser answered. */
  get capabilities(): readonly Capability[] | null {
    return this.#capabilities;
  }
  /** Tokens of prompt and reply that the next load makes room for. */
  get contextTokens(): number {
    return this.#contextTokens;
  }

  setContextTokens(tokens: number): void {
    this.#contextTokens = tokens;
  }

  async start(): Promise<void> {
    const [found, domains] = await Promise.all([capabilities(this.#browser), this.#services.domains()]);
    this.#capabilities = found.filter(({ id }) => NEEDED.includes(id));
    this.#domains = domains;
  }

  /** Room for a model of the catalogue: as much as was chosen, and as it was trained for. */
  contextOf(entry: TabModelEntry): number {
    return Math.min(this.#contextTokens, entry.longest);
  }

  /** Bytes of memory that it takes with that room. */
  memoryOf(entry: TabModelEntry): number {
    return memoryFor(entry, this.contextOf(entry));
  }

  fitOf(entry: TabModelEntry): Fit {
    return fitOf(this.memoryOf(entry), this.#browser.memory);
  }

  /** Why a model cannot run here at all; null when it can, or nobody knows yet. */
  lacks({ needs }: Pick<TabModelEntry, 'needs'>): string | null {
    const has = (id: string) => this.#capabilities?.find((one) => one.id === id)?.state !== 'no';
    if (needs.gpu && !has('webgpu')) return 'Needs WebGPU, which this browser does not give.';
    return needs.f16 && !has('f16') ? 'Needs half precision (f16), which this graphics card lacks.' : null;
  }

  /** The same of a model that a person added. */
  lacksForOwn({ engine, id, url, record }: OwnModel): string | null {
    const gpu = engine === 'webllm';
    const named = /q\d+f16/.test(`${id} ${url}`);
    const f16 = gpu && (named || record?.required_features?.includes('shader-f16') === true);
    return this.lacks({ needs: { gpu, f16 } });
  }
}
