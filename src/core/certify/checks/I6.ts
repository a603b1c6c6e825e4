import { has, passed, skipped, warned, type Check } from '../check.ts';

/** I6. A feasible twin exists, to measure over-refusal. */
export const i6: Check = {
  id: 'I6',
  level: 'W',
  title: 'A feasible twin exists, to measure over-refusal',
  run(trial) {
    if (!has(trial, 'infeasible')) return skipped('Not infeasible.');
    const { provenance } = trial.draft;
    return provenance.source === 'generated'
      ? passed(`The general task of the set ${provenance.set} is the feasible twin.`)
      : warned('No feasible twin is known.');
  },
};
