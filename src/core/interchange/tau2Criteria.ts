import { z } from 'zod';
import { InputError, jsonObjectSchema, type Assertion, type ToolCall } from '../environment/index.ts';
import { tau2Assertions, callOf, envAssertionSchema, initialStateSchema } from './tau2Environment.ts';
import type { EnvironmentOfTask } from './tau2Environment.ts';
import { defaultBasis, t2tListsOf, type T2tLists } from './t2tLists.ts';

/** What a task of a tau benchmark asks for. */
export interface Tau2Criteria {
  /** How its environment begins. */
  readonly environment: EnvironmentOfTask;
  /** Null when the task states no end state. An empty list means that nothing may change. */
  readonly actions: readonly { readonly call: ToolCall; readonly compare: readonly string[] | null }[] | null;
  readonly say: readonly string[];
  /** What has to be true of the end. */
  readonly assertions: readonly Assertion[];
  /** What the method's own release adds. */
  readonly lists: T2tLists;
  /** Criteria in prose, which no program here can judge. */
  readonly prose: number;
  readonly basis: readonly string[];
}

const action = z.object({
  name: z.string(),
  arguments: jsonObjectSchema,
  requestor: z.string().nullish(),
  compare_args: z.array(z.string()).nullish(),
});

/** Ids may be numbers. */
export const idSchema = z.union([z.string(), z.number()]).transform(String);

const criteriaSchema = z.object({
  id: idSchema,
  initial_state: initialStateSchema.nullish(),
  user_scenario: z.object({ instructions: z.unknown() }).nullish(),
  evaluation_criteria: z
    .object({
      actions: z.array(action).nullish(),
      communicate_info: z.array(z.string()).nullish(),
      nl_assertions: z.array(z.unknown()).nullish(),
      env_assertions: z.array(envAssertionSchema).nullish(),
      reward_basis: z.array(z.string()).nullish(),
    })
    .nullish(),
});

/** The criteria of tau2 tasks, per task id. Throws {@link InputError} that names the field at fault. */
export function tau2Criteria(tasks: unknown, where: string): Map<string, Tau2Criteria> {
  return new Map(
    parsed(z.array(criteriaSchema), tasks, where, 'a list of tau2 tasks').map((task) => {
      const criteria = task.evaluation_criteria;
      const lists = t2tListsOf(task.user_scenario?.instructions);
      return [
        task.id,
        {
          environment: task,
          actions:
            criteria?.actions?.map(({ name, arguments: args, requestor, compare_args }) => ({
              call: callOf(name, args, requestor),
              compare: compare_args ?? null,
            })) ?? null,
          say: criteria?.communicate_info ?? [],
          assertions: tau2Assertions(task),
          lists,
          prose: criteria?.nl_assertions?.length ?? 0,
          basis: criteria?.reward_basis ?? defaultBasis(lists),
        },
      ];
    }),
  );
}

/** A value by its schema. Throws {@link InputError} that says what it is not, and at which field. */
export function parsed<T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: string,
  what: string,
  at: readonly PropertyKey[] = [],
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = [...at.filter((key) => key !== ''), ...(issue?.path ?? [])].map(String).join('.');
  throw new InputError(
    where,
    `not ${what}: at ${place || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
  );
}
