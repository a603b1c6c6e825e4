import { applyCall } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G8. Reads leave no trace. */
export const g8: Check = {
  id: 'G8',
  level: 'H',
  title: 'Reads leave no trace',
  run({ calls, domain, state }) {
    let current = state;
    let reads = 0;
    for (const call of calls) {
      const next = applyCall(domain, current, call).state;
      if (domain.tool(call.name)?.kind !== 'write') {
        reads += 1;
        if (next !== current) return failed(`${call.name} is not a write and changed the database.`);
      }
      current = next;
    }
    return passed(`${reads} reads changed nothing.`);
  },
};
