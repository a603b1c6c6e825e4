import { sameState } from '../../environment/index.ts';
import type { JsonObject, ToolCall } from '../../environment/index.ts';
import { sameCall } from '../../rollout/index.ts';
import { passed, warned, type Check } from '../check.ts';

/** E4. Free-text arguments are excluded from comparison. */
export const e4: Check = {
  id: 'E4',
  level: 'W',
  title: 'Free-text arguments are excluded from comparison',
  run(trial) {
    const { calls, domain, reference } = trial;
    const free = new Set<string>();
    const reworded = calls.map((call): ToolCall => {
      const names = domain.tool(call.name)?.freeText ?? [];
      const changed: JsonObject = Object.fromEntries(names.map((name) => [name, 'Said in other words.']));
      for (const name of names) free.add(`${call.name}.${name}`);
      return names.length === 0 ? call : { ...call, arguments: { ...call.arguments, ...changed } };
    });
    if (free.size === 0) return passed('The reference has no free text.');
    const told = calls.find((call, i) => !sameCall(domain, call, reworded[i] ?? call));
    if (told !== undefined) return warned(`${told.name} in other words counts as another call.`);
    return sameState(trial.after(reworded), reference.state)
      ? passed(`Not compared, and without effect on the end state: ${[...free].join(', ')}.`)
      : warned(`The end state depends on the wording of ${[...free].join(', ')}.`);
  },
};
