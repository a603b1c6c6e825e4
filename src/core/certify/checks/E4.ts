import { passed, type Check } from '../check.ts';

/** E4. Free-text arguments are excluded from comparison. */
export const e4: Check = {
  id: 'E4',
  level: 'W',
  title: 'Free-text arguments are excluded from comparison',
  run({ calls, domain }) {
    const free = calls.flatMap(
      (call) => domain.tool(call.name)?.freeText.map((name) => `${call.name}.${name}`) ?? [],
    );
    return passed(
      free.length === 0
        ? 'The reference has no free text.'
        : `Not compared: ${[...new Set(free)].join(', ')}.`,
    );
  },
};
