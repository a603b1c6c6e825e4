import { z } from 'zod';
import { taskSchema, type Task } from '../../certify/index.ts';
import { taskDraftSchema, type TaskDraft } from '../../transform/index.ts';
import type { Domain, JsonObject, State } from '../../environment/index.ts';
import { tau2Encoding } from './criteria.ts';
import { userInstructions } from './userText.ts';

/** The key of a tau2 task under which our own task travels. tau2's reader ignores keys that it does not know. */
export const EXTENSION = 'trajectory2task';

/** A task as tau2-bench reads it. Everything of ours that it has no place for goes along under {@link EXTENSION}. */
export function toTau2Task(domain: Domain, initial: State, task: TaskDraft): JsonObject {
  const { criteria, notes } = tau2Encoding(domain, initial, task);
  const rules = task.infeasible.flatMap(({ rule }) =>
    rule === null ? [] : [domain.rule(rule)?.sentence ?? rule],
  );
  return {
    id: task.id,
    // For people and evaluators; neither participant reads it.
    description: {
      purpose: `${task.conditions.join(' + ')} (${task.kinds.join(', ')}): ${domain.title}, from trajectory ${task.provenance.trajectory}.`,
      relevant_policies: rules.length === 0 ? null : rules.join(' '),
      notes: notes.length === 0 ? null : notes.join(' '),
    },
    user_scenario: {
      persona: null,
      instructions: { ...userInstructions(domain, initial, task.program) },
    },
    initial_state: null,
    evaluation_criteria: { ...criteria, actions: criteria.actions.map((action) => ({ ...action })) },
    [EXTENSION]: { version: 1, task: plain(task) },
  };
}

// The task is plain JSON already; its type only says so of its parts.
const plain = (task: TaskDraft) => JSON.parse(JSON.stringify(task)) as JsonObject;

const extensionSchema = z.object({
  [EXTENSION]: z.object({ version: z.literal(1), task: z.union([taskSchema, taskDraftSchema]) }),
});

/** Our own task inside a tau2 task that we wrote; undefined in any other. A damaged one counts as none. */
export function taskInTau2(value: unknown): Task | TaskDraft | undefined {
  return extensionSchema.safeParse(value).data?.[EXTENSION].task;
}
