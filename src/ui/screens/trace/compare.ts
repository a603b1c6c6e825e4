import { diffArrays } from 'diff';
import { canonicalJson } from '#core/environment/canonical.ts';
import { requestorOf } from '#core/environment/tool.ts';
import type { Rollout } from '#core/rollout/event.ts';
import { shortJson } from '../../components/format.ts';

/** Something that one of the participants did. */
export interface ComparedStep {
  /** Its event in its rollout, from 0. */
  readonly event: number;
  readonly who: 'agent' | 'user' | 'call';
  readonly title: string;
  readonly detail: string;
}

/** A step of each rollout, side by side; null where the other has no counterpart. */
export interface ComparedRow {
  readonly left: ComparedStep | null;
  readonly right: ComparedStep | null;
  readonly same: boolean;
}

/** Two rollouts of one task, aligned. */
export interface Comparison {
  readonly rows: readonly ComparedRow[];
  /** The first row in which they part; null when they never do. */
  readonly divergence: number | null;
}

/**
 * Aligns what two rollouts did. Calls are the same by tool and arguments; messages by who speaks, as no two agents
 * word one thing alike. The alignment is the shortest edit between the two lists (Myers, through `diff`).
 */
export function compareRollouts(left: Rollout, right: Rollout): Comparison {
  const [ours, theirs] = [stepsOf(left), stepsOf(right)];
  const rows: ComparedRow[] = [];
  let [l, r] = [0, 0];
  let gone: ComparedStep[] = [];
  const flush = (come: readonly ComparedStep[]) => {
    for (let i = 0; i < Math.max(gone.length, come.length); i += 1)
      rows.push({ left: gone[i] ?? null, right: come[i] ?? null, same: false });
    gone = [];
  };
  for (const { value, added, removed } of diffArrays(ours.map(keyOf), theirs.map(keyOf))) {
    const size = value.length;
    if (removed) {
      gone = ours.slice(l, l + size);
      l += size;
    } else if (added) {
      flush(theirs.slice(r, r + size));
      r += size;
    } else {
      flush([]);
      for (let i = 0; i < size; i += 1)
        rows.push({ left: ours[l + i] ?? null, right: theirs[r + i] ?? null, same: true });
      l += size;
      r += size;
    }
  }
  flush([]);
  const at = rows.findIndex(({ same }) => !same);
  return { rows, divergence: at < 0 ? null : at };
}

interface KeyedStep extends ComparedStep {
  readonly key: string;
}
const keyOf = ({ key }: KeyedStep) => key;

function stepsOf({ events }: Rollout): KeyedStep[] {
  return events.flatMap((event): KeyedStep[] => {
    if (event.type === 'agent-message' || event.type === 'user-message') {
      const who = event.type === 'agent-message' ? 'agent' : 'user';
      const title = who === 'agent' ? 'Agent' : 'User';
      return [{ event: event.index, who, title, detail: event.text, key: who }];
    }
    if (event.type !== 'tool-call') return [];
    const { call } = event;
    const by = requestorOf(call);
    const key = canonicalJson({ by, name: call.name, arguments: call.arguments });
    const detail = Object.values(call.arguments).map(shortJson).join(', ');
    const title = by === 'user' ? `${call.name} (by the user)` : call.name;
    return [{ event: event.index, who: 'call', title, detail, key }];
  });
}
