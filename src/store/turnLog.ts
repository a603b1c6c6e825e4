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
  /** Puts a turn at its place; what lies behind that place is of another course, and goes. */
  add(at: UnderWay, index: number, turn: unknown): Promise<void>;
  /** Forgets a rollout that has ended. */
  drop(at: UnderWay): Promise<void>;
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

/** Turns in IndexedDB; what has lain there for two weeks goes. Without storage nothing is kept. */
export function turnLog(options: {
  readonly indexedDB: IDBFactory | undefined;
  readonly IDBKeyRange: typeof globalThis.IDBKeyRange | undefined;
  readonly now: () => number;
}): TurnLog {
  const { indexedDB, IDBKeyRange, now } = options;
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
  const inRollout = ({ workspace, run, rollout }: UnderWay, from = 0) =>
    turns().where(':id').between([workspace, run, rollout, from], [workspace, run, rollout, Infinity]);
  return {
    async read(workspace, run) {
      const found = new Map<string, unknown[]>();
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
    add: (at, index, turn) =>
      tried(() =>
        db.transaction('rw', turns(), async () => {
          await inRollout(at, index).delete();
          await turns().put({ at: now(), turn }, [at.workspace, at.run, at.rollout, index]);
        }),
      ),
    drop: (at) => tried(() => inRollout(at).delete()),
    clear: (workspace, run) =>
      tried(() => below(run === undefined ? [workspace] : [workspace, run]).delete()),
  };
}

/** Keeps nothing. */
export const noTurns: TurnLog = {
  read: () => Promise.resolve(new Map()),
  add: () => Promise.resolve(),
  drop: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

/** Does what only saves work. */
async function tried(part: () => PromiseLike<unknown>): Promise<void> {
  try {
    await part();
  } catch {
    // A full or forbidden storage is told by the rollouts, which matter.
  }
}
