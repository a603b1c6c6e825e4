import { failed, passed, warned, type Check } from '../check.ts';

/** G1. Reference actions replay from the initial database with no unexpected error. */
export const g1: Check = {
  id: 'G1',
  level: 'H',
  title: 'Reference actions replay from the initial database with no unexpected error',
  run(trial) {
    const broken = trial.reference.executed.filter((step) => !step.ok);
    const [first] = broken;
    if (first === undefined) return passed(`${trial.calls.length} calls ran without an error.`);
    // Some references of others try a lookup that fails, a wrong email first: no state depends on it.
    const harmless =
      trial.draft.provenance.source === 'imported' &&
      broken.every(({ call }) => trial.domain.tool(call.name)?.kind === 'read');
    return harmless
      ? warned(`A lookup fails (${first.call.name}: ${first.content}), which changes nothing.`)
      : failed(`${first.call.name} returned: ${first.content}`);
  },
};
