import { sameJson } from '../../environment/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** I4. State guard: nothing changes except the listed feasible writes. */
export const i4: Check = {
  id: 'I4',
  level: 'H',
  title: 'State guard: nothing changes except the listed feasible writes',
  run(trial) {
    if (!has(trial, 'infeasible')) return skipped('Not infeasible.');
    const { calls, draft, writes } = trial;
    const feasible = trial.end(writes.flatMap((i) => calls[i] ?? []));
    return draft.criteria.endStates.some((rows) => sameJson(rows, feasible))
      ? passed(`The accepted end state is exactly what ${writes.length} feasible writes leave.`)
      : failed('The accepted end state has changes that no feasible write makes.');
  },
};
