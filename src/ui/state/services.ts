import type { Domain } from '#core/environment/domain.ts';
import type { JobRunner } from '#core/pipeline/job.ts';
import type { Backups } from '../../store/backups.ts';
import type { StoreError } from '../../store/errors.ts';
import type { Repository } from '../../store/repository.ts';
import type { TurnLog } from '../../store/turnLog.ts';
import type { Exporter } from '../../workers/exporter.ts';
import type { TabEngineId } from '../../models/tab/engine.ts';
import type { ModelDesk } from '../../workers/modelDesk.ts';
import type { TabDesk } from '../../workers/tabDesk.ts';

/**
 * What the interface is given by `main.ts`. Every part is loaded when it is first asked for, after the first
 * paint; a failed load is tried again on the next call.
 */
export interface Services {
  domains(): Promise<readonly Domain[]>;
  runner(): Promise<JobRunner>;
  repository(): Promise<Repository>;
  /** What models have said in rollouts under way. */
  turns(): Promise<TurnLog>;
  /** Exports and imports, off this thread where that can be. */
  backups(): Promise<Backups>;
  /** Calls back when the storage is taken away while it is open, and whenever it is found full. */
  onTrouble(listener: (error: StoreError) => void): void;
  /** A new export with a worker of its own, on every call. */
  exporter(): Promise<Exporter>;
  /** Who keeps the keys and asks the models: one for the page, with a worker of its own. */
  modelDesk(): Promise<ModelDesk>;
  /** Who loads models into this tab with that engine, in a worker of its own: one for the page. */
  tabDesk(engine: TabEngineId): Promise<TabDesk>;
}

/** Loads once; a failure is not remembered. */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
