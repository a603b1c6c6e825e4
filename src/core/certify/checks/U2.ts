import { careful } from '../../rollout/index.ts';
import { passed, warned, type Check } from '../check.ts';

/** U2. Simulator faults are labelled per rollout and shown apart. */
export const u2: Check = {
  id: 'U2',
  level: 'W',
  title: 'Simulator faults are labelled per rollout and shown apart',
  async run(trial) {
    const faults = (await trial.serve(careful)).rollout.events.flatMap((event) =>
      event.type === 'simulator-fault' ? [event.fault.kind] : [],
    );
    return faults.length === 0
      ? passed('The user kept to the program.')
      : warned(`Faults: ${faults.join(', ')}.`);
  },
};
