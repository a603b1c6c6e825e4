import { changedRows, fulfilment, sameJson } from '../../environment/index.ts';
import { afterCalls } from '../../explore/index.ts';
import { stubborn } from '../../rollout/index.ts';
import { contextOf, requestValues } from '../../transform/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** C2. The old goal ends elsewhere, and keeping to it fails. */
export const c2: Check = {
  id: 'C2',
  level: 'H',
  title: 'The old goal ends elsewhere, and keeping to it fails',
  async run(trial) {
    if (!has(trial, 'changing')) return skipped('Not changing.');
    const { domain, draft, state } = trial;
    const { program } = draft;
    let current = state;
    for (const request of program.requests) {
      const intent = domain.intent(request.intent);
      if (
        intent === undefined ||
        intent.missingTool !== undefined ||
        draft.infeasible.some((blocked) => blocked.request === request.id)
      )
        continue;
      const context = contextOf(current, program.userId, intent, requestValues(request));
      current = afterCalls(domain, current, fulfilment(intent, context));
    }
    const old = changedRows(state, current);
    const reordered = program.changes.some((change) => change.kind === 'reorder');
    const unserved = program.changes.some((change) => change.add.length > 0);
    if (!reordered && !unserved && draft.criteria.endStates.some((rows) => sameJson(rows, old)))
      return failed('The goal before the change ends in the same state.');
    const { reward } = await trial.serve(stubborn);
    return reward === 0
      ? passed('The old goal ends elsewhere; an agent that keeps to it gets 0.')
      : failed(`An agent that keeps to the old goal gets ${reward}.`);
  },
};
