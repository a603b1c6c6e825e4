import { skipped, type Check } from '../check.ts';

/** R1. Three trials or more for pass^k, with an interval; infrastructure failures excluded and counted. */
export const r1: Check = {
  id: 'R1',
  level: 'W',
  title: 'Three trials or more for pass^k, with an interval; infrastructure failures excluded and counted',
  run() {
    return skipped('A property of a run: shown with the results.');
  },
};
