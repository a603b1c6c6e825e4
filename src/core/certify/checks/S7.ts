import { applyCall, authenticationCall, identifiedUser } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** S7. The user can authenticate. */
export const s7: Check = {
  id: 'S7',
  level: 'H',
  title: 'The user can authenticate',
  run({ domain, draft, state }) {
    const ways = domain.identity.ways.flatMap((way) => authenticationCall(way, draft.program.identity) ?? []);
    const found = ways.filter((call) => {
      const outcome = applyCall(domain, state, call);
      return outcome.ok && identifiedUser(domain, call.name, outcome.result) === draft.program.userId;
    });
    return found.length === 0
      ? failed(`None of ${ways.length} ways finds ${draft.program.userId}.`)
      : passed(`${found.length} of ${ways.length} ways find ${draft.program.userId}.`);
  },
};
