import { failed, passed, type Check } from '../check.ts';

/** E2. Nothing vacuous: every item of the reward basis has content, every filled criterion is in the basis. */
export const e2: Check = {
  id: 'E2',
  level: 'H',
  title:
    'Nothing vacuous: every item of the reward basis has content, every filled criterion is in the basis',
  run({ domain, draft }) {
    const { basis, communicate, endStates, forbidden, outcomes } = draft.criteria;
    const content = {
      state: endStates.length,
      communicate: communicate.length,
      outcome: outcomes.length,
      forbidden: forbidden.length + domain.rules.length,
      assertions: 0,
    };
    const empty = basis.find((item) => content[item] === 0);
    if (empty !== undefined) return failed(`${empty} is in the basis and has nothing to check.`);
    const unused = [
      communicate.length > 0 && !basis.includes('communicate'),
      outcomes.length > 0 && !basis.includes('outcome'),
    ].some(Boolean);
    return unused
      ? failed('A filled criterion is not in the basis.')
      : passed(basis.map((item) => `${item}: ${content[item]}`).join(', '));
  },
};
