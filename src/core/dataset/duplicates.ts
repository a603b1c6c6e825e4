import { digest } from '../environment/index.ts';
import type { ChatMessage } from './examples.ts';
import { resemblance, shingles, similarPairs } from './minhash.ts';
import type { Part } from './select.ts';

/** What is compared: a conversation, and the part it would land in. */
export interface Comparable {
  readonly messages: readonly ChatMessage[];
  readonly part: Part;
}

/** Two conversations that say nearly the same, as positions in what was compared. */
export interface NearPair {
  readonly a: number;
  readonly b: number;
  /** Share of four-word shingles in common, 0 to 1. */
  readonly resemblance: number;
}

/** What a dataset repeats. */
export interface DuplicateReport {
  readonly compared: number;
  /** Groups of equal conversations, two or more positions each. */
  readonly exact: readonly (readonly number[])[];
  readonly threshold: number;
  /** Pairs at or above the threshold that are not equal, most alike first. */
  readonly near: readonly NearPair[];
  /** The same as groups: whatever hangs together through near pairs. */
  readonly groups: readonly (readonly number[])[];
  /** Near or equal pairs whose two sides lie in different parts: what a test part has seen in training. */
  readonly across: number;
  /** Positions to leave out so that one of each group of equal conversations stays: the first. */
  readonly repeats: readonly number[];
  /** Positions to leave out so that one of each group of near ones stays, equal ones not counted. */
  readonly nearRepeats: readonly number[];
}

/**
 * Finds equal and nearly equal conversations. The policy and the tool results are left out of the comparison: they are
 * the same in every conversation about one record. Pure, and the same for the same input.
 */
export function reportDuplicates(all: readonly Comparable[], threshold: number): DuplicateReport {
  const exact = groupsBy(all.map(({ messages }) => digest(messages)));
  const repeats = new Set(exact.flatMap(([, ...later]) => later));
  const firsts = all.flatMap((_, at) => (repeats.has(at) ? [] : [at]));
  const sets = firsts.map((at) => shingles(spoken(all[at]?.messages ?? [])));
  const near: NearPair[] = [];
  for (const [x, y] of similarPairs(sets)) {
    const [a, b, first, second] = [firsts[x], firsts[y], sets[x], sets[y]];
    if (a === undefined || b === undefined || first === undefined || second === undefined) continue;
    const shared = resemblance(first, second);
    if (shared >= threshold) near.push({ a, b, resemblance: shared });
  }
  near.sort((x, y) => y.resemblance - x.resemblance || x.a - y.a || x.b - y.b);
  const groups = connected(near);
  const differ = (a: number, b: number) => Number(all[a]?.part !== all[b]?.part);
  return {
    compared: all.length,
    exact,
    threshold,
    near,
    groups,
    across:
      near.reduce((sum, { a, b }) => sum + differ(a, b), 0) +
      exact.reduce((sum, [first = 0, ...later]) => sum + later.filter((at) => differ(first, at)).length, 0),
    repeats: [...repeats].sort((a, b) => a - b),
    nearRepeats: groups.flatMap(([, ...later]) => later).sort((a, b) => a - b),
  };
}

/** What the two sides said and called, as one text. */
function spoken(messages: readonly ChatMessage[]): string {
  return messages
    .flatMap((message): string[] => {
      if (message.role === 'system' || message.role === 'tool') return [];
      if (message.content !== null) return [message.content];
      return message.tool_calls.map(({ function: call }) => `${call.name} ${call.arguments}`);
    })
    .join('\n');
}

function groupsBy(keys: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [at, key] of keys.entries()) groups.set(key, [...(groups.get(key) ?? []), at]);
  return [...groups.values()].filter((group) => group.length > 1);
}

/** The groups that pairs tie together, each sorted, in the order of their first member. */
function connected(pairs: readonly NearPair[]): number[][] {
  const parent = new Map<number, number>();
  const root = (at: number): number => {
    const up = parent.get(at) ?? at;
    if (up === at) return at;
    const top = root(up);
    parent.set(at, top);
    return top;
  };
  for (const { a, b } of pairs) {
    const [x, y] = [root(a), root(b)];
    parent.set(Math.max(x, y), Math.min(x, y));
  }
  const groups = new Map<number, number[]>();
  const members = new Set(pairs.flatMap(({ a, b }) => [a, b]));
  for (const at of [...members].sort((x, y) => x - y))
    groups.set(root(at), [...(groups.get(root(at)) ?? []), at]);
  return [...groups.values()];
}
