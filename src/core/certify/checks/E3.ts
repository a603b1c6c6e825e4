import { says } from '../../environment/index.ts';
import { failed, passed, skipped, type Check } from '../check.ts';

/** E3. Strings to communicate are not already said by the user and cannot match by accident. */
export const e3: Check = {
  id: 'E3',
  level: 'H',
  title: 'Strings to communicate are not already said by the user and cannot match by accident',
  run({ draft }) {
    const { communicate } = draft.criteria;
    if (communicate.length === 0) return skipped('Nothing has to be said.');
    for (const { title, value } of communicate) {
      if (value.length < 3 && !/^\d+$/.test(value))
        return failed(`"${value}" is too short to be recognised.`);
      if (says(draft.program.openingText, value))
        return failed(`The user already says "${value}" (${title}).`);
    }
    return passed(`${communicate.length} strings are bounded and not said by the user.`);
  },
};
