import { canonicalJson, pythonJson } from '../../environment/index.ts';
import { resultDecimals, toTau2Results } from '../tau2Write/results.ts';
import type { ExportFormat } from './format.ts';
import { taskFolders } from './tau2Tasks.ts';

/** Results files of tau2-bench: one per database and agent. */
export const tau2Results: ExportFormat = {
  id: 'tau2-results',
  title: 'tau2-bench results',
  purpose:
    "For tau2-bench's viewer and re-grading: every rollout with its messages and verdict, passed or not.",
  of: 'rollouts',
  files(input) {
    return taskFolders({ tasks: input.served.map(({ task }) => task) }).flatMap(({ folder, ref }) => {
      const domain = input.domainOf(ref);
      const key = canonicalJson(ref);
      const own = input.served.filter(({ task }) => canonicalJson(task.database) === key);
      const decimals = new Set([...domain.decimalFields, ...resultDecimals]);
      return [...new Set(own.map(({ rollout }) => rollout.agent.id))].map((agent) => {
        const results = toTau2Results(
          domain,
          input.stateOf(ref),
          own.filter(({ rollout }) => rollout.agent.id === agent),
          input.at,
        );
        return {
          path: `tau2/data/simulations/${folder}_${safe(agent)}.json`,
          content: `${pythonJson(results, decimals)}\n`,
        };
      });
    });
  },
};

const safe = (name: string) => name.replaceAll(/[^\w.-]+/g, '-');
