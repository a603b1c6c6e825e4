import type { Change, Mention, Request, UserProgram } from './userProgram.ts';

/** The goal stack after one change. */
export function applyChange(goal: readonly Request[], change: Change): Request[] {
  const kept = goal.filter((request) => !change.remove.includes(request.id));
  const edited = kept.map((request) => {
    const set = change.set[request.id];
    return set === undefined ? request : { ...request, slots: { ...request.slots, ...set } };
  });
  const all = [...edited, ...change.add];
  if (change.order === null) return all;
  const order = change.order;
  return [...all].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

/** The goal that counts: the requests after every change. */
export function finalGoal(program: UserProgram): Request[] {
  return program.changes.reduce<Request[]>(applyChange, program.requests);
}

/** What the opening says about a request's slots. */
export function openingMentions(request: Request): Record<string, Mention> {
  return Object.fromEntries(
    Object.entries(request.slots).flatMap(([slot, entry]) =>
      entry.opening === null ? [] : [[slot, entry.opening]],
    ),
  );
}

/** What the user would say about a request's slots if asked about all of them. */
export function decisiveMentions(request: Request): Record<string, Mention> {
  return Object.fromEntries(Object.entries(request.slots).map(([slot, entry]) => [slot, entry.mention]));
}

/** The values of a request's slots. */
export function requestValues(request: Request) {
  return Object.fromEntries(Object.entries(request.slots).map(([slot, entry]) => [slot, entry.value]));
}
