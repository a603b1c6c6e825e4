import { changedRows } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** G4. Net effect on the database, or a declared outcome without one. */
export const g4: Check = {
  id: 'G4',
  level: 'H',
  title: 'Net effect on the database, or a declared outcome without one',
  run({ draft, reference, state }) {
    const rows = Object.values(changedRows(state, reference.state)).reduce(
      (sum, byId) => sum + Object.keys(byId).length,
      0,
    );
    const informs = draft.criteria.communicate.length;
    const declines = draft.criteria.outcomes.filter(({ accepted }) => !accepted.includes('done')).length;
    // Tasks of others may ask for a call that changes nothing, such as handing over.
    const required = draft.criteria.required?.length ?? 0;
    if (rows + informs + declines === 0 && required > 0)
      return passed(`Nothing changes; ${required} calls have to be made.`);
    return rows + informs + declines === 0
      ? failed('Nothing changes, nothing is told and nothing is declined: doing nothing would pass.')
      : passed(
          `${rows} rows change, ${informs} facts are told, ${declines} requests are declined or handed over.`,
        );
  },
};
