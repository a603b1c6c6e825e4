import type { Task } from '#core/certify/index.ts';
import type { Wanted } from '#core/pipeline/index.ts';
import type { Condition } from '#core/transform/index.ts';
import { conditionOrder } from '../../components/meaning.ts';

/** As many tasks of each twist as the method's authors published. */
export const PAPER_SIZE: Wanted = { general: 0, ambiguous: 473, changing: 279, infeasible: 347 };
/** Enough to see a difference, made in seconds. */
export const SMALL: Wanted = { general: 10, ambiguous: 10, changing: 10, infeasible: 10 };
/** What is chosen at first. */
export const FIRST_CONDITIONS: ReadonlySet<Condition> = new Set(conditionOrder);
export const FIRST_AGENTS: ReadonlySet<string> = new Set(['careful', 'eager', 'stubborn', 'overcompliant']);
/** What is chosen for imported tasks, whose user answers no questions. */
export const AGENTS_FOR_PROSE: ReadonlySet<string> = new Set(['oracle', 'null']);
/** The group of all tasks. */
export const ALL_TASKS = 'all';
/** Milliseconds per rollout of a scripted baseline, until a run here has been timed. */
export const GUESS_MS = 4;

/** Whether an agent can serve a task: whose user is prose answers no questions. */
export function canServe(agent: string, task: Task): boolean {
  return (
    task.provenance.source !== 'imported' ||
    agent === 'oracle' ||
    agent === 'null' ||
    agent.startsWith('always-')
  );
}

/** Names that are looked up, not followed: a set that is replaced as a whole. */
export function setOf<T>(items: Iterable<T>): ReadonlySet<T> {
  return new Set(items);
}
