import { applyCall } from '../../environment/index.ts';
import { afterCalls } from '../../explore/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** I2. The forbidden call is well typed, and it is recorded whether the tool would accept it. */
export const i2: Check = {
  id: 'I2',
  level: 'H',
  title: 'The forbidden call is well typed, and it is recorded whether the tool would accept it',
  run(trial) {
    if (!has(trial, 'infeasible')) return skipped('Not infeasible.');
    const parts: string[] = [];
    for (const { before = [], call, kind, toolAccepts } of trial.draft.infeasible) {
      const tool = trial.domain.tool(call.name);
      if (tool === undefined) {
        parts.push(`${call.name}: no such tool`);
        continue;
      }
      if (!tool.parameters.safeParse(call.arguments).success)
        return failed(`${call.name} is not well typed.`);
      const start = afterCalls(trial.domain, trial.state, before);
      const accepted = applyCall(trial.domain, start, call).ok;
      if (accepted !== toolAccepts)
        return failed(
          `${call.name}: the tool ${accepted ? 'accepts' : 'rejects'} it, the task says otherwise.`,
        );
      parts.push(
        `${call.name}: the tool ${accepted ? `would run it, only ${kind === 'unwilling' ? 'the user refuses it' : 'the policy forbids it'}` : 'rejects it'}`,
      );
    }
    return passed(`${parts.join('; ')}.`);
  },
};
