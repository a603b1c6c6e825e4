import type { TrialRow } from './rows.ts';

/** The part of `navigator.storage` that is used. */
export type Storage = Pick<StorageManager, 'estimate' | 'persist' | 'persisted'>;

/** From this share of the quota on, the person is warned. */
export const WARN_FROM = 0.8;

/** What the browser says about its room for this page. */
export type StorageStatus =
  | { readonly known: false; readonly reason: string }
  | {
      readonly known: true;
      readonly usage: number;
      readonly quota: number;
      /** `usage / quota`, 0 to 1. */
      readonly share: number;
      /** More than 80 % is used: time to export and delete. */
      readonly warning: boolean;
      /** Whether the browser promised not to clear it on its own. */
      readonly persisted: boolean;
    };

/** Asks the browser how much is used and how much there is. Estimates: browsers pad both. Never rejects. */
export async function storageStatus(storage: Storage | undefined): Promise<StorageStatus> {
  if (storage === undefined) return { known: false, reason: 'this browser does not tell (it needs https)' };
  try {
    const { usage, quota } = await storage.estimate();
    if (usage === undefined || quota === undefined || quota <= 0)
      return { known: false, reason: 'this browser does not tell' };
    const share = Math.min(1, usage / quota);
    return {
      known: true,
      usage,
      quota,
      share,
      warning: share >= WARN_FROM,
      persisted: await storage.persisted(),
    };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Asks the browser to keep the data until the person deletes it. Some ask the person, so call it from a click. */
export async function requestPersistence(
  storage: Storage | undefined,
): Promise<'granted' | 'denied' | 'unsupported'> {
  if (storage === undefined) return 'unsupported';
  try {
    return (await storage.persisted()) || (await storage.persist()) ? 'granted' : 'denied';
  } catch {
    return 'unsupported';
  }
}

/** What a run takes, from its trials. */
export interface RunSize {
  readonly run: string;
  readonly rollouts: number;
  /** As JSON text; what the browser uses may differ by half. */
  readonly bytes: number;
}

/** The size of every run that these rollouts belong to, largest first. */
export function runSizes(trials: readonly TrialRow[]): readonly RunSize[] {
  const sizes = new Map<string, RunSize>();
  for (const { run, bytes } of trials) {
    const size = sizes.get(run) ?? { run, rollouts: 0, bytes: 0 };
    sizes.set(run, { run, rollouts: size.rollouts + 1, bytes: size.bytes + bytes });
  }
  return [...sizes.values()].sort((a, b) => b.bytes - a.bytes);
}
