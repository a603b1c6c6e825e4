import { skipped, type Check } from '../check.ts';

/** R2. Train and test are split by database and trajectory, never by task. */
export const r2: Check = {
  id: 'R2',
  level: 'W',
  title: 'Train and test are split by database and trajectory, never by task',
  run() {
    return skipped('A property of a dataset: shown with the export.');
  },
};
