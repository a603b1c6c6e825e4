import { checkAssertion } from '../../environment/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** E2. Nothing vacuous: every item of the reward basis has content, every filled criterion is in the basis. */
export const e2: Check = {
  id: 'E2',
  level: 'H',
  title:
    'Nothing vacuous: every item of the reward basis has content, every filled criterion is in the basis',
  run({ domain, draft, state }) {
    const {
      assertions = [],
      required = [],
      basis,
      communicate,
      endStates,
      forbidden,
      outcomes,
    } = draft.criteria;
    const content = {
      state: endStates.length,
      communicate: communicate.length,
      outcome: outcomes.length,
      forbidden: forbidden.length + domain.rules.length,
      assertions: assertions.length,
      required: required.length,
    };
    const empty = basis.find((item) => content[item] === 0);
    if (empty !== undefined) return failed(`${empty} is in the basis and has nothing to check.`);
    const unused = [
      communicate.length > 0 && !basis.includes('communicate'),
      outcomes.length > 0 && !basis.includes('outcome'),
      assertions.length > 0 && !basis.includes('assertions'),
    ].some(Boolean);
    const holds = assertions.map((assertion) => checkAssertion(domain, state, assertion));
    // Where calls are required as well, a fault that cannot be mended may be what has to stay.
    if (
      required.length === 0 &&
      holds.length > 0 &&
      holds.every((finding) => finding.evaluated && finding.met)
    )
      return failed('Every assertion holds before anything is done.');
    return unused
      ? failed('A filled criterion is not in the basis.')
      : passed(basis.map((item) => `${item}: ${content[item]}`).join(', '));
  },
};
