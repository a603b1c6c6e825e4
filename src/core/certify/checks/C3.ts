import { sameJson } from '../../environment/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** C3. If a write may come before the change, the new goal is still reachable, or the task says it is not. */
export const c3: Check = {
  id: 'C3',
  level: 'H',
  title: 'If a write may come before the change, the new goal is still reachable, or the task says it is not',
  run(trial) {
    if (!has(trial, 'changing')) return skipped('Not changing.');
    const { draft } = trial;
    for (const change of draft.program.changes) {
      if (change.trigger.type !== 'tool_returned') continue;
      const { tool } = change.trigger;
      const first = trial.calls.findIndex((call) => call.name === tool);
      if (first < 0) return failed(`${change.id} waits for ${tool}, which the new goal never calls.`);
      const end = trial.end(trial.calls);
      if (!draft.criteria.endStates.some((rows) => sameJson(rows, end)))
        return failed('After the early write the new goal is out of reach.');
      return passed(`${tool} runs before the change; the new goal is reached from there.`);
    }
    return passed('The user changes their mind before saying yes, so no confirmed write comes first.');
  },
};
