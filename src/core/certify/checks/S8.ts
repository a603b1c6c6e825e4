import { skipped, type Check } from '../check.ts';

/** S8. Past and future agree with the domain's clock. */
export const s8: Check = {
  id: 'S8',
  level: 'W',
  title: "Past and future agree with the domain's clock",
  run() {
    return skipped('This domain declares no clock, and no slot holds a date.');
  },
};
