import { Dexie, type Table } from 'dexie';

/** A rollout of a run that is under way. */
export interface UnderWay {
  readonly workspace: string;
  readonly run: string;
  /** Its id within the run. */
  readonly rollout: string;
}

/**
 * What models have said in rollouts that have not ended, so that a tab that dies loses no more than the turns at work.
 * Not a part of a workspace: no backup or export holds it. It only saves work, so nothing of it rejects: where it
 * cannot be read or written, rollouts begin anew.
 */
export interface TurnLog {
  /** What lies there for a run, by rollout and in order. Unknown content: whoever uses it looks at it. */
  read(workspace: string, run: string): Promise<ReadonlyMap<string, readonly unknown[]>>;
  /** Puts a turn at its place. Resolves when it and all before it are written. */
  add(at: UnderWay, index: number, turn: unknown): Promise<void>;
  /** Forgets a rollout that has ended, or its turns from one on, where another course begins. */
  drop(at: UnderWay, from?: number): Promise<void>;
  /** Forgets a run, or all runs of a workspace. */
  clear(workspace: string, run?: string): Promise<void>;
}

/** A database of its own. */
const NAME = 'trajectory2task-turns';
const KEPT_MS = 14 * 24 * 60 * 60_000;

type TurnKey = readonly [workspace: string, run: string, rollout: string, index: number];
interface Kept {
  readonly at: number;
  readonly turn: unknown;
}
type Change =
  | { readonly type: 'put'; readonly at: UnderWay; readonly index: number; readonly turn: unknown }
  | { readonly type: 'drop'; readonly at: UnderWay; readonly index: number };

/** Turns in IndexedDB; what has lain there for two weeks goes. Without storage nothing is kept. */
export function turnLog(options: {
  readonly indexedDB: IDBFactory | undefined;
  readonly IDBKeyRange: typeof globalThis.IDBKeyRange | undefined;
  readonly now: () => number;
  /** Awaited before what has come is written: the next question goes out first, and several turns go together. */
  readonly pause?: () => Promise<unknown>;
}): TurnLog {
  const { indexedDB, IDBKeyRange, now, pause = () => Promise.resolve() } = options;
  if (indexedDB === undefined || IDBKeyRange === undefined) return noTurns;
  const db = new Dexie(NAME, {
    indexedDB,
    IDBKeyRange,
    cache: 'disabled',
    chromeTransactionDurability: 'relaxed',
  });
  db.version(1).stores({ turns: ',at' });
  const turns = (): Table<Kept, TurnKey> => db.table('turns');
  /** All keys that begin so: a list is greater than any text. */
  const below = (beginning: readonly string[]) =>
    turns()
      .where(':id')
      .between([...beginning], [...beginning, []]);
  const behind = ({ workspace, run, rollout }: UnderWay, index: number) =>
    turns().where(':id').between([workspace, run, rollout, index], [workspace, run, rollout, Infinity]);
  const changes = new Changes(pause, (all) =>
    tried(() =>
      db.transaction('rw', turns(), async () => {
        for (const change of all) if (change.type === 'drop') await behind(change.at, change.index).delete();
        await Promise.all(
          lasting(all).map(({ at: { workspace, run, rollout }, index, turn }) =>
            turns().put({ at: now(), turn }, [workspace, run, rollout, index]),
          ),
        );
      }),
    ),
  );
  return {
    async read(workspace, run) {
      const found = new Map<string, unknown[]>();
      await changes.written();
      await tried(async () => {
        await turns()
          .where('at')
          .below(now() - KEPT_MS)
          .delete();
        await below([workspace, run]).each(({ turn }, { primaryKey: [, , rollout] }) => {
          const said = found.get(rollout) ?? [];
          said.push(turn);
          found.set(rollout, said);
        });
      });
      return found;
    },
    add: (at, index, turn) => changes.add({ type: 'put', at, index, turn }),
    drop: (at, index = 0) => changes.add({ type: 'drop', at, index }),
    async clear(workspace, run) {
      await changes.written();
      await tried(() => below(run === undefined ? [workspace] : [workspace, run]).delete());
    },
  };
}

/** Keeps nothing. */
export const noTurns: TurnLog = {
  read: () => Promise.resolve(new Map()),
  add: () => Promise.resolve(),
  drop: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

/**
 * Changes in their order, one transaction at a time: what comes while one is written goes into the next together. Many
 * rollouts at once would otherwise spend more on transactions than on turns.
 */
class Changes {
  readonly #pause: () => Promise<unknown>;
  readonly #write: (all: readonly Change[]) => Promise<void>;
  #waiting: Change[] = [];
  #written: Promise<void> = Promise.resolve();

  /** Neither `pause` nor `write` rejects. */
  constructor(pause: () => Promise<unknown>, write: (all: readonly Change[]) => Promise<void>) {
    this.#pause = pause;
    this.#write = write;
  }

  add(change: Change): Promise<void> {
    if (this.#waiting.push(change) === 1)
      this.#written = this.#written.then(this.#pause).then(() => {
        const all = this.#waiting;
        this.#waiting = [];
        return this.#write(all);
      });
    return this.#written;
  }

  /** Resolves when everything so far is written. */
  written(): Promise<void> {
    return this.#written;
  }
}

/** The turns of one transaction that are not dropped in it: a rollout of few turns is never written at all. */
function lasting(all: readonly Change[]): readonly (Change & { readonly type: 'put' })[] {
  const dropped = new Map<string, number>();
  const puts: (Change & { readonly type: 'put' })[] = [];
  for (const change of all.toReversed()) {
    const key = JSON.stringify([change.at.workspace, change.at.run, change.at.rollout]);
    const from = dropped.get(key) ?? Infinity;
    if (change.type === 'drop') dropped.set(key, Math.min(from, change.index));
    else if (change.index < from) puts.push(change);
  }
  return puts.toReversed();
}

/** Does what only saves work. */
async function tried(part: () => PromiseLike<unknown>): Promise<void> {
  try {
    await part();
  } catch {
    // A full or forbidden storage is told by the rollouts, which matter.
  }
}
