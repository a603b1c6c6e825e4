import { changedRows, replay, sameJson, shortDigest } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G7. Deterministic: two replays agree. */
export const g7: Check = {
  id: 'G7',
  level: 'H',
  title: 'Deterministic: two replays agree',
  run(trial) {
    const { domain, state, calls, draft } = trial;
    const again = changedRows(state, replay(domain, state, calls).state);
    const [declared] = draft.criteria.endStates;
    // A task of others may count assertions alone, and state no end: then two replays are all there is to compare.
    const other = declared ?? (draft.criteria.basis.includes('state') ? {} : trial.end(calls));
    return sameJson(again, other)
      ? passed(`Both replays end in ${shortDigest(again)}.`)
      : failed(`A second replay ends in ${shortDigest(again)}, the task says ${shortDigest(other)}.`);
  },
};
