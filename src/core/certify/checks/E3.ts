import { says } from '../../environment/index.ts';
import { failed, passed, skipped, type Check } from '../check.ts';

/** E3. Strings to communicate are not already said by the user and cannot match by accident. */
export const e3: Check = {
  id: 'E3',
  level: 'H',
  title: 'Strings to communicate are not already said by the user and cannot match by accident',
  run({ draft, reference }) {
    const { communicate } = draft.criteria;
    if (communicate.length === 0) return skipped('Nothing has to be said.');
    for (const { title, value } of communicate) {
      if (says(draft.program.openingText, value))
        return failed(`The user already says "${value}" (${title}).`);
      if (value.length >= SURE) continue;
      if (!/^\d+$/.test(value)) return failed(`"${value}" is too short to be recognised.`);
      // A small number that some result contains (a size, a piece count) may be read out for another reason.
      const found = reference.executed.find((step) => says(step.content, value));
      if (found !== undefined)
        return failed(`"${value}" (${title}) also stands in what ${found.call.name} returns.`);
    }
    return passed(
      `${communicate.length} strings are bounded, not said by the user, and not to be met by accident.`,
    );
  },
};

/** Characters from which on a string is not said by accident. */
const SURE = 3;
