import { failed, passed, type Check } from '../check.ts';

/** G1. Reference actions replay from the initial database with no unexpected error. */
export const g1: Check = {
  id: 'G1',
  level: 'H',
  title: 'Reference actions replay from the initial database with no unexpected error',
  run(trial) {
    const broken = trial.reference.executed.find((step) => !step.ok);
    return broken === undefined
      ? passed(`${trial.calls.length} calls ran without an error.`)
      : failed(`${broken.call.name} returned: ${broken.content}`);
  },
};
