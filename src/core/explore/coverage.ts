import type { Domain } from '../environment/index.ts';
import { governing } from './rules.ts';
import type { Coverage, Trajectory } from './trajectory.ts';

/** Coverage with every tool, intent and rule of a domain at zero. */
export function emptyCoverage(domain: Domain): Coverage {
  const zero = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, 0]));
  return {
    tools: zero([...domain.tools, ...domain.userTools].map((tool) => tool.name)),
    intents: zero(domain.intents.map((intent) => intent.id)),
    rulesHeld: zero(domain.rules.map((rule) => rule.id)),
    rulesBroken: zero(domain.rules.map((rule) => rule.id)),
  };
}

/** The sum of two coverages. */
export function addCoverage(a: Coverage, b: Coverage): Coverage {
  const sum = (x: Record<string, number>, y: Record<string, number>) => {
    const result = { ...x };
    for (const [key, count] of Object.entries(y)) result[key] = (result[key] ?? 0) + count;
    return result;
  };
  return {
    tools: sum(a.tools, b.tools),
    intents: sum(a.intents, b.intents),
    rulesHeld: sum(a.rulesHeld, b.rulesHeld),
    rulesBroken: sum(a.rulesBroken, b.rulesBroken),
  };
}

/** What one trajectory covers. A rule counts as held when it governs a write that ran in a valid trajectory. */
export function coverageOf(domain: Domain, trajectory: Trajectory): Coverage {
  const coverage = emptyCoverage(domain);
  const count = (record: Record<string, number>, id: string) => {
    if (Object.hasOwn(record, id)) record[id] = (record[id] ?? 0) + 1;
  };
  for (const step of trajectory.steps) {
    count(coverage.tools, step.call.name);
    if (step.ok && trajectory.problem === null)
      for (const rule of governing(domain, step.call)) count(coverage.rulesHeld, rule.id);
  }
  for (const request of trajectory.requests) count(coverage.intents, request.intent);
  if (trajectory.problem !== null) count(coverage.rulesBroken, trajectory.problem.code);
  return coverage;
}
