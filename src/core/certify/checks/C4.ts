import { has, passed, skipped, warned, type Check } from '../check.ts';

/** C4. Several unrelated requests in a row are not a change. */
export const c4: Check = {
  id: 'C4',
  level: 'W',
  title: 'Several unrelated requests in a row are not a change',
  run(trial) {
    if (!has(trial, 'changing')) return skipped('Not changing.');
    const onlyMore = trial.draft.program.changes.every((change) => change.kind === 'extend');
    return onlyMore
      ? warned('The change only adds a request: the weakest kind of change.')
      : passed('The change revises what was asked for.');
  },
};
