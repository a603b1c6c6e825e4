import { careful } from '../../rollout/index.ts';
import { passed, warned, type Check } from '../check.ts';

/** U1. Stop only after the last confirmed write was reported. */
export const u1: Check = {
  id: 'U1',
  level: 'W',
  title: 'Stop only after the last confirmed write was reported',
  async run(trial) {
    const { events } = (await trial.serve(careful)).rollout;
    const write = events.findLast(
      (event) => event.type === 'tool-result' && event.ok && Object.keys(event.changed).length > 0,
    );
    const report = events.findLast(
      (event) => event.type === 'agent-message' && event.acts.some((act) => act.type === 'report_done'),
    );
    if (write === undefined) return passed('No write to wait for.');
    return report !== undefined && report.index > write.index
      ? passed('The user left after the last write was reported.')
      : warned('The user left before the last write was reported.');
  },
};
