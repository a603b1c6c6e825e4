import { openingMentions } from '../transform/index.ts';
import type { Change, Request } from '../transform/index.ts';
import type { UserAct } from './event.ts';

/** A wish as the opening tells it. */
export function requestAct(request: Request): UserAct {
  return { type: 'request', request: request.id, intent: request.intent, mentions: openingMentions(request) };
}

/** What a change says, as acts. `goal` is the one after it. */
export function changeActs(change: Change, goal: readonly Request[]): UserAct[] {
  return [
    ...change.remove.map((request): UserAct => ({ type: 'retract', request })),
    ...change.add.map(requestAct),
    ...Object.entries(change.set).flatMap(([request, slots]) =>
      Object.entries(slots).map(([slot, entry]): UserAct => ({
        type: 'answer',
        request,
        slot,
        mention: entry.mention,
      })),
    ),
    ...(change.order === null
      ? []
      : [{ type: 'reorder' as const, order: goal.map((request) => request.id) }]),
  ];
}
