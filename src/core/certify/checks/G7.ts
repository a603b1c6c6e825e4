import { sameJson, shortDigest } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G7. Deterministic: two replays agree. */
export const g7: Check = {
  id: 'G7',
  level: 'H',
  title: 'Deterministic: two replays agree',
  run(trial) {
    const again = trial.end(trial.calls);
    const declared = trial.draft.criteria.endStates[0] ?? {};
    return sameJson(again, declared)
      ? passed(`Both replays end in ${shortDigest(again)}.`)
      : failed(`A second replay ends in ${shortDigest(again)}, the task says ${shortDigest(declared)}.`);
  },
};
