import { leaves } from '../../explore/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G2. Every id in the reference exists and belongs to this user. */
export const g2: Check = {
  id: 'G2',
  level: 'H',
  title: 'Every id in the reference exists and belongs to this user',
  run({ calls, domain, state, draft }) {
    // A request about somebody else's record reads that record, and must stop there.
    const foreign = new Set(
      draft.infeasible
        .filter(({ kind }) => kind === 'permission')
        .flatMap(({ call }) => leaves(call.arguments).map(({ value }) => value)),
    );
    let found = 0;
    for (const call of calls)
      for (const { value } of leaves(call.arguments))
        for (const table of Object.keys(state.base)) {
          if (typeof value !== 'string' || state.get(table, value) === undefined) continue;
          found += 1;
          const owner = domain.owner(state, { table, id: value });
          const owners = typeof owner === 'string' ? [owner] : owner;
          if (
            owners !== null &&
            !owners.includes(draft.program.userId) &&
            !(foreign.has(value) && domain.tool(call.name)?.kind === 'read')
          )
            return failed(
              `${call.name} uses ${table} ${value}, which belongs to ${owners.join(' and ') || 'nobody'}.`,
            );
        }
    return passed(`${found} ids exist, and none belongs to another user.`);
  },
};
