import { z } from 'zod';
import { certify, CERTIFICATE_VERSION, taskSchema, type Task } from '../../certify/index.ts';
import { taskDraftSchema, type TaskDraft } from '../../transform/index.ts';
import { digest, prepare, type Domain, type JsonObject, type State } from '../../environment/index.ts';
import { tau2Encoding } from './criteria.ts';
import { initializationOf } from './environmentCalls.ts';
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
      instructions: {
        ...userInstructions(domain, prepare(domain, initial, task.initialization), task.program),
      },
    },
    initial_state: initialState(task),
    evaluation_criteria: plain(criteria),
    [EXTENSION]: { version: 1, task: plain(task) },
  };
}

function initialState(task: TaskDraft): JsonObject | null {
  const actions = initializationOf(task);
  if (actions.length === 0) return null;
  return {
    initialization_data: null,
    initialization_actions: actions.map((action) => ({ ...action })),
    message_history: null,
  };
}

// These are plain JSON already; their types only say so of their parts.
const plain = (value: object) => JSON.parse(JSON.stringify(value)) as JsonObject;

const extensionSchema = z.object({
  [EXTENSION]: z.object({ version: z.literal(1), task: z.union([taskSchema, taskDraftSchema]) }),
});

/** Our own task inside a tau2 task that we wrote; undefined in any other. A damaged one counts as none. */
export function taskInTau2(value: unknown): Task | TaskDraft | undefined {
  return extensionSchema.safeParse(value).data?.[EXTENSION].task;
}

/**
 * Our own task inside a tau2 task that we wrote, with a certificate for this database: the one that it brought if it
 * still says something about exactly this task, else a new one.
 */
export async function certifiedTaskInTau2(
  domain: Domain,
  initial: State,
  value: unknown,
): Promise<Task | undefined> {
  const found = taskInTau2(value);
  if (found === undefined || found.domain !== domain.id) return undefined;
  if (!('certificate' in found)) return { ...found, certificate: await certify(domain, initial, found) };
  const { certificate, ...draft } = found;
  if (certificate.version === CERTIFICATE_VERSION && certificate.task === digest(draft)) return found;
  return { ...draft, certificate: await certify(domain, initial, draft) };
}
