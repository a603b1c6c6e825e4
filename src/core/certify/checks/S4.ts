import { passed, skipped, warned, type Check } from '../check.ts';

/** S4. A conditional preference has a fallback, and the database decides the branch. */
export const s4: Check = {
  id: 'S4',
  level: 'W',
  title: 'A conditional preference has a fallback, and the database decides the branch',
  run({ draft }) {
    const conditional = draft.program.changes.filter((change) => change.condition !== null);
    if (conditional.length === 0) return skipped('No condition is set.');
    const bad = conditional.find(
      (change) =>
        change.condition?.holds !== true ||
        (Object.keys(change.set).length === 0 && change.remove.length === 0),
    );
    return bad === undefined
      ? passed(
          conditional
            .map(
              ({ condition }) =>
                `${condition?.key} ${condition?.comparison} ${condition?.limit} holds in this database; the fallback is typed.`,
            )
            .join(' '),
        )
      : warned(`${bad.id}: the condition does not hold here, or has no fallback.`);
  },
};
