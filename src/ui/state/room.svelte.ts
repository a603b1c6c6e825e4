import { requestPersistence, storageStatus, type Storage, type StorageStatus } from '../../store/storage.ts';
import type { Services } from './services.ts';

const AGAIN_AFTER_MS = 1000;
const tables = ['databases', 'trajectories', 'tasks', 'trials'] as const;

/** How much room the browser gives, how much is used, and whether it promised to keep it. */
export class RoomState {
  readonly #services: Pick<Services, 'repository'>;
  readonly #storage: Storage | undefined;
  #status = $state.raw<StorageStatus | null>(null);
  #answer = $state.raw<'granted' | 'denied' | 'unsupported' | null>(null);
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(services: Pick<Services, 'repository'>, storage: Storage | undefined) {
    this.#services = services;
    this.#storage = storage;
  }

  /** Null until the browser has answered. */
  get status(): StorageStatus | null {
    return this.#status;
  }
  /** What came of asking to keep the data. */
  get answer(): 'granted' | 'denied' | 'unsupported' | null {
    return this.#answer;
  }

  /** Asks, and asks again when something was written. Rejects when the storage cannot be opened. */
  async start(): Promise<void> {
    await this.refresh();
    const repository = await this.#services.repository();
    this.#unwatch ??= repository.watch(tables, () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.refresh().catch(() => undefined);
      }, AGAIN_AFTER_MS);
    });
  }

  stop(): void {
    this.#unwatch?.();
    clearTimeout(this.#timer);
  }

  async refresh(): Promise<void> {
    this.#status = await storageStatus(this.#storage);
  }

  /** Asks the browser to keep the data. Some ask the person, so call it from a click. */
  async persist(): Promise<void> {
    this.#answer = await requestPersistence(this.#storage);
    await this.refresh();
  }
}
