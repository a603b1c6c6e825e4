import { z } from 'zod';
import { jsonObjectSchema, type ToolCall } from '../environment/index.ts';

const list = z.array(z.object({ tool_name: z.string(), arguments: jsonObjectSchema.nullish() })).nullish();

/**
 * What the method's own release adds to the instructions of a tau2 task. Its code and its dataset card spell the
 * second list differently; both are read.
 */
export const t2tListsShape = {
  actions_should_not_taken: list,
  actions_should_be_taken: list,
  actions_should_taken: list,
};
const t2tLists = z.object(t2tListsShape);

/** Calls that must not be made, and calls that must. */
export interface T2tLists {
  readonly prohibited: readonly ToolCall[];
  readonly required: readonly ToolCall[];
}

/** The lists of a task; empty for any other task of tau2-bench. */
export function t2tListsOf(instructions: unknown): T2tLists {
  const found = t2tLists.safeParse(instructions).data ?? {};
  const calls = (given: z.infer<typeof list>): ToolCall[] =>
    (given ?? []).map(({ tool_name, arguments: args }) => ({ name: tool_name, arguments: args ?? {} }));
  return {
    prohibited: calls(found.actions_should_not_taken),
    required: [...calls(found.actions_should_be_taken), ...calls(found.actions_should_taken)],
  };
}

/** What counts where a task does not say: with these lists, they count too. */
export function defaultBasis({ prohibited, required }: T2tLists): readonly string[] {
  return [
    'DB',
    'COMMUNICATE',
    ...(prohibited.length === 0 ? [] : ['PROHIBITED_ACTION']),
    ...(required.length === 0 ? [] : ['REQUIRED_ACTION']),
  ];
}
