import { passed, warned, type Check } from '../check.ts';

/** S6. "same", "first", "how many" carry a tie-breaker. */
export const s6: Check = {
  id: 'S6',
  level: 'W',
  title: '"same", "first", "how many" carry a tie-breaker',
  run({ draft }) {
    const found = /\b(same|first one|last one|the other)\b/i.exec(draft.program.openingText);
    return found === null
      ? passed('No word that needs a tie-breaker.')
      : warned(`The opening says "${found[0]}".`);
  },
};
