import { digest } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G7. Deterministic: two replays agree. */
export const g7: Check = {
  id: 'G7',
  level: 'H',
  title: 'Deterministic: two replays agree',
  run(trial) {
    const again = digest(trial.end(trial.calls));
    const declared = digest(trial.draft.criteria.endStates[0] ?? {});
    return again === declared
      ? passed(`Both replays end in ${again.slice(0, 12)}.`)
      : failed(`A second replay ends in ${again.slice(0, 12)}, the task says ${declared.slice(0, 12)}.`);
  },
};
