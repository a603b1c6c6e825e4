import { sameState } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G5. Minimal: dropping any one write changes the end state. */
export const g5: Check = {
  id: 'G5',
  level: 'H',
  title: 'Minimal: dropping any one write changes the end state',
  run(trial) {
    const { calls, reference, writes } = trial;
    const idle = writes.find((i) => sameState(trial.after(calls.filter((_, j) => j !== i)), reference.state));
    return idle === undefined
      ? passed(`Leaving out any of ${writes.length} writes changes the end state.`)
      : failed(`Without ${calls[idle]?.name} the end state is the same.`);
  },
};
