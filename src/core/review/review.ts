import { z } from 'zod';
import { checkIdSchema, NOTHING_PASSES, type CheckId, type Task } from '../certify/index.ts';
import { prepare, requestorOf, type Domain, type Json } from '../environment/index.ts';
import { judge } from '../evaluate/index.ts';
import { importTau2Tasks, tau2Calls, tau2TaskSchema } from '../interchange/index.ts';
import type { Tau2Import, Tau2Task } from '../interchange/index.ts';
import { callsOf } from '../transform/index.ts';
import { sourceless } from './sources.ts';
import { alwaysRefuse, alwaysTransfer, collectRollout, nullAgent } from '../rollout/index.ts';

/** Agents that serve nobody. A task that one of them passes says nothing about the others. */
const idleAgents = [nullAgent, alwaysTransfer, alwaysRefuse];
const idleWords: Readonly<Record<string, string>> = {
  null: 'An agent that does nothing passes it.',
  'always-transfer': 'An agent that hands everybody over at once passes it.',
  'always-refuse': 'An agent that refuses everything passes it.',
};

/**
 * What a careful reviewer would find. `check` is the check that found it, or `format` for a task that cannot be
 * read, `id` for one that is there twice, and `environment` for one that cannot be run here.
 */
export const findingSchema = z.strictObject({
  check: z.union([checkIdSchema, z.enum(['format', 'id', 'environment'])]),
  /** An error makes the task's reward wrong or empty; a warning is worth a look. */
  severity: z.enum(['error', 'warning']),
  message: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

/** One task of a benchmark, reviewed. */
export const reviewSchema = z.strictObject({
  task_id: z.string(),
  findings: z.array(findingSchema),
  /** The agents that serve nobody and get the reward all the same: null, always-transfer, always-refuse. */
  passed_by: z.array(z.string()),
});
export type Review = z.infer<typeof reviewSchema>;

/** Reviews tau2 tasks, each by every check that applies to it. Nothing is dropped: what cannot be run says so. */
export async function* reviewTau2Tasks(input: Tau2Import, signal?: AbortSignal): AsyncGenerator<Review> {
  const seen = new Set<string>();
  for (const [i, value] of input.tasks.entries()) {
    signal?.throwIfAborted();
    const reviewed = await reviewOne({ ...input, tasks: [value], first: input.first + i }, value, signal);
    yield asTwin(reviewed, seen.has(reviewed.task_id));
    seen.add(reviewed.task_id);
  }
}

/** Reviews of one file that were made in pieces: says of a task that its id was there before. */
export function withTwins(reviews: readonly Review[]): Review[] {
  const seen = new Set<string>();
  return reviews.map((review) => {
    const twin = seen.has(review.task_id) && !review.findings.some(({ check }) => check === 'id');
    seen.add(review.task_id);
    return asTwin(review, twin);
  });
}

function asTwin(review: Review, twin: boolean): Review {
  if (!twin) return review;
  const message = 'A task before it has the same id.';
  return { ...review, findings: [{ check: 'id', severity: 'error', message }, ...review.findings] };
}

async function reviewOne(input: Tau2Import, value: unknown, signal?: AbortSignal): Promise<Review> {
  const parsed = tau2TaskSchema.safeParse(value);
  const source = parsed.success ? parsed.data : undefined;
  if (source !== undefined && isEmpty(source)) {
    // The reference multiplies no components then, and the product of nothing is one.
    const all = idleAgents.map(({ identity }) => identity.id);
    const empty: Finding = {
      check: 'E2',
      severity: 'error',
      message: 'Its reward has no content: every rollout would get it.',
    };
    return { task_id: source.id, findings: [empty, ...idle(all)], passed_by: all };
  }
  const { tasks, refused } = await importTau2Tasks(input, signal, { also: OF_A_REPORT });
  const [task] = tasks;
  if (task !== undefined) {
    const id = source?.id ?? task.id;
    const unsaid = fromNowhere(input, task, value);
    const unjudged = task.criteria.unjudged ?? [];
    if (unjudged.length > 0)
      return {
        task_id: id,
        findings: [...certified(task, OF_THE_WHOLE), ...unsaid, ...partly(unjudged)],
        passed_by: [],
      };
    const passedBy = await passing(input, task);
    return {
      task_id: id,
      findings: [...certified(task), ...unsaid, ...idle(passedBy)],
      passed_by: passedBy,
    };
  }
  const [why] = refused;
  const id = source?.id ?? why?.task ?? `number ${input.first + 1}`;
  const message = sentence(why?.reason ?? 'it cannot be run here.');
  if (source === undefined)
    return { task_id: id, findings: [{ check: 'format', severity: 'error', message }], passed_by: [] };
  const foreign = foreignCalls(input.domain, source);
  if (foreign.length === 0)
    return { task_id: id, findings: [{ check: 'environment', severity: 'error', message }], passed_by: [] };
  // The reference only logs such an action, so what counts is what the others do.
  const rest = without(source, new Set(foreign));
  const { tasks: runnable } = await importTau2Tasks({ ...input, tasks: [rest] }, signal);
  const passedBy = runnable[0] === undefined ? [] : await passing(input, runnable[0]);
  const unknown = foreign.map((name): Finding => ({
    check: 'G1',
    severity: 'error',
    message: `A reference action calls ${name}, which nobody can call in the ${input.domain.title} domain.`,
  }));
  return { task_id: id, findings: [...unknown, ...idle(passedBy)], passed_by: passedBy };
}

/** What the checks hold against a task, but for some of them. */
function certified({ certificate }: Task, left: readonly CheckId[] = []): Finding[] {
  return (
    certificate.checks
      .filter(({ id, status }) => (status === 'failed' || status === 'warned') && !left.includes(id))
      // Who passes by doing nothing is said of each agent.
      .filter(({ id, evidence }) => id !== 'E1' || evidence !== NOTHING_PASSES)
      .map(({ id, level, status, evidence }) => ({
        check: id,
        // The rules are this project's reading of a policy that is not its own.
        severity: level === 'H' && status === 'failed' && id !== 'G3' ? 'error' : 'warning',
        message: evidence,
      }))
  );
}

/** What a reference writes although nobody could know it; of tasks with a user of prose, whose program says nothing. */
function fromNowhere({ domain, state }: Tau2Import, task: Task, value: unknown): Finding[] {
  if (task.program.requests.length > 0) return [];
  const scenario = (value as { readonly user_scenario?: Json }).user_scenario ?? null;
  const initial = prepare(domain, state, task.initialization);
  return sourceless(domain, initial, scenario, callsOf(task.criteria.reference)).map(
    ({ tool, argument, value: wanted, others }): Finding => {
      const nowhere = `${tool}: nothing that is said or stored gives ${argument} "${wanted}"`;
      const [other] = others;
      return other === undefined
        ? { check: 'S1', severity: 'error', message: `${nowhere}.` }
        : {
            check: 'S2',
            severity: 'warning',
            message: `${nowhere}; ${others.map((one) => `"${one}"`).join(' or ')} fits as well, and ends elsewhere.`,
          };
    },
  );
}

const partly = (parts: readonly string[]): Finding[] =>
  parts.map((part) => ({
    check: 'E2',
    severity: 'warning',
    message: `Part of its reward is not judged here: ${part}.`,
  }));

const idle = (ids: readonly string[]): Finding[] =>
  ids.map((id) => ({ check: 'E1', severity: 'error', message: idleWords[id] ?? `${id} passes it.` }));

async function passing({ domain, state }: Tau2Import, task: Task): Promise<string[]> {
  const found: string[] = [];
  for (const agent of idleAgents) {
    const rollout = await collectRollout({ domain, state, task, trial: 0, seed: 'review', agent });
    if (judge(domain, state, task, rollout).reward === 1) found.push(agent.identity.id);
  }
  return found;
}

/** Names of tools in the reference that their caller does not have. */
function foreignCalls(domain: Domain, source: Tau2Task): string[] {
  const foreign = tau2Calls(source).filter((call) => domain.tool(call.name)?.holder !== requestorOf(call));
  return [...new Set(foreign.map(({ name }) => name))];
}

function without(source: Tau2Task, names: ReadonlySet<string>): Tau2Task {
  const criteria = source.evaluation_criteria;
  if (criteria === null || criteria === undefined) return source;
  const actions = (criteria.actions ?? []).filter(({ name }) => !names.has(name));
  return { ...source, evaluation_criteria: { ...criteria, actions } };
}

/** Checks that tasks of others are not held to, and a reviewer wants to hear of. */
const OF_A_REPORT: ReadonlySet<CheckId> = new Set(['G3', 'S8', 'E3']);

/** Checks on all that a reward asks for: they say nothing where a part of it is not judged here. */
const OF_THE_WHOLE: readonly CheckId[] = ['G4', 'E1', 'E2'];

/** Nothing is asked of the end state, of what is said, or by an assertion. */
function isEmpty({ evaluation_criteria: criteria }: Tau2Task): boolean {
  if (criteria === null || criteria === undefined) return true;
  const basis = criteria.reward_basis ?? ['DB', 'COMMUNICATE'];
  const contents: Readonly<Record<string, readonly unknown[] | null | undefined>> = {
    // An empty list says that nothing may change, which is content.
    DB: Array.isArray(criteria.actions) ? ['end state'] : [],
    ACTION: criteria.actions,
    COMMUNICATE: criteria.communicate_info,
    NL_ASSERTION: criteria.nl_assertions,
    ENV_ASSERTION: criteria.env_assertions,
  };
  return basis.every((part) => (contents[part] ?? []).length === 0);
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
