import { sameJson } from '../../environment/index.ts';
import { allowedWays } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** A1. At least two completions exist and lead to different end states. */
export const a1: Check = {
  id: 'A1',
  level: 'H',
  title: 'At least two completions exist and lead to different end states',
  run(trial) {
    if (!has(trial, 'ambiguous')) return skipped('Not ambiguous.');
    const { domain, draft, state } = trial;
    const parts: string[] = [];
    for (const id of new Set(draft.hidden.map(({ request }) => request))) {
      const request = draft.program.requests.find((other) => other.id === id);
      const intent = request === undefined ? undefined : domain.intent(request.intent);
      if (request === undefined || intent === undefined)
        return failed(`The hidden request ${id} is not in the program.`);
      const ways = allowedWays(domain, state, draft.program.userId, intent, request);
      const other = ways.findIndex(({ end }) => !sameJson(end, ways[0]?.end));
      if (other < 0) return failed(`${id}: all ${ways.length} allowed ways to fill what is open end alike.`);
      parts.push(
        `${id}: ${ways.length} allowed ways to fill what is open; the first and number ${other + 1} end differently`,
      );
    }
    return parts.length === 0 ? failed('Nothing is hidden.') : passed(`${parts.join('; ')}.`);
  },
};
