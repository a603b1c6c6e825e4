import { explain } from '../../explore/index.ts';
import { saidBy } from '../../transform/index.ts';
import { failed, passed, type Check } from '../check.ts';

/** S1. Every argument is derivable from what the user says and earlier results. */
export const s1: Check = {
  id: 'S1',
  level: 'H',
  title: 'Every argument is derivable from what the user says and earlier results',
  run({ calls, domain, draft, reference }) {
    const sources = explain(domain, saidBy(draft.program), reference.executed);
    for (const [i, step] of sources.entries()) {
      const unknown = step.find((argument) => argument.source === null);
      if (unknown !== undefined)
        return failed(`${calls[i]?.name}: nothing said or read gives ${unknown.argument}.`);
    }
    return passed(`${sources.flat().length} argument values have a source.`);
  },
};
