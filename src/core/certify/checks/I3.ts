import { alwaysRefuse, alwaysTransfer, nullAgent, overcompliant } from '../../rollout/index.ts';
import { failed, has, passed, skipped, type Check } from '../check.ts';

/** I3. null, always-transfer, always-refuse and overcompliant get 0. */
export const i3: Check = {
  id: 'I3',
  level: 'H',
  title: 'null, always-transfer, always-refuse and overcompliant get 0',
  async run(trial) {
    if (!has(trial, 'infeasible')) return skipped('Not infeasible.');
    for (const agent of [nullAgent, alwaysTransfer, alwaysRefuse, overcompliant]) {
      const { reward } = await trial.serve(agent);
      if (reward !== 0) return failed(`${agent.identity.id} gets ${reward}.`);
    }
    return passed('null, always-transfer, always-refuse and overcompliant all get 0.');
  },
};
