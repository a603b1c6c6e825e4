import { has, passed, skipped, warned, type Check } from '../check.ts';

/** A4. Chance of passing by a guess, stated. */
export const a4: Check = {
  id: 'A4',
  level: 'W',
  title: 'Chance of passing by a guess, stated',
  run(trial) {
    if (!has(trial, 'ambiguous')) return skipped('Not ambiguous.');
    const { chance } = trial.draft;
    const text = `A guess passes with chance ${chance.toFixed(3)} (1 in ${Math.round(1 / chance)}).`;
    return chance <= 0.5 ? passed(text) : warned(text);
  },
};
