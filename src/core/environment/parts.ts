/** Parts that most domains need, ready made. A domain may always write its own instead. */
import { z } from 'zod';
import type { JsonObject } from './json.ts';
import type { SlotSpec } from './intent.ts';
import type { Random } from './random.ts';
import type { RuleSpec } from './rule.ts';
import type { Database, View } from './state.ts';
import { calculate } from './calculate.ts';
import { toolsFor, type Tool } from './tool.ts';

/** What a {@link choiceSlot} is made of. */
export interface ChoiceSpec {
  readonly name: string;
  readonly title: string;
  readonly question: readonly string[];
  /** What can be chosen, whatever the state: the values that go into a call. */
  readonly choices: readonly string[];
  /** The user's words for a choice; the choice itself when absent. */
  readonly phrase?: (choice: string, random: Random) => string;
  readonly vague?: readonly string[];
}

/** A slot for one of a few fixed choices that nobody has to look up: a reason, a branch, a day. */
export function choiceSlot<Db>({ choices, phrase, ...spec }: ChoiceSpec): SlotSpec<Db> {
  return {
    ...spec,
    preference: true,
    candidates: () => choices.map((value) => ({ value, attributes: { [spec.name]: value }, label: value })),
    referBy: [[spec.name]],
    phrase(attributes, random) {
      const choice = attributes[spec.name];
      return typeof choice !== 'string' ? '' : (phrase?.(choice, random) ?? choice);
    },
    reads: () => [],
  };
}

/** The rule that nothing is changed for somebody who was not identified. */
export function identifiedRule<Db>(sentence: string, tools: readonly string[]): RuleSpec<Db> {
  return {
    id: 'conversation.identified',
    sentence,
    subject: 'conversation',
    tools,
    check: ({ userId }) => (userId === null ? { reason: 'The user was not identified.' } : null),
  };
}

/** The rule that every change needs the user's yes to exactly that change. */
export function confirmedRule<Db>(sentence: string, tools: readonly string[]): RuleSpec<Db> {
  return {
    id: 'conversation.confirmed',
    sentence,
    subject: 'conversation',
    tools,
    check: ({ confirmed }) => (confirmed ? null : { reason: 'The user did not say yes to this change.' }),
  };
}

/** What an {@link ownRule} is about. */
export interface OwnSpec {
  readonly id: string;
  readonly sentence: string;
  readonly tools: readonly string[];
  readonly table: string;
  /** The argument that names the record. */
  readonly argument: string;
  /** The column that names the user whose record it is. */
  readonly column: string;
}

/** The rule that a user's records are changed for that user only. An unknown record breaks another rule. */
export function ownRule<Db>({ table, argument, column, ...spec }: OwnSpec): RuleSpec<Db> {
  return {
    ...spec,
    subject: 'ownership',
    check({ db, call, userId }) {
      const id = call.arguments[argument];
      const row: JsonObject | undefined =
        typeof id === 'string' ? (db as unknown as View<Database>).get(table, id) : undefined;
      if (row === undefined || typeof id !== 'string' || userId === null || row[column] === userId)
        return null;
      return {
        reason: `"${id}" does not belong to ${userId}.`,
        record: { table, id },
        flip: { rows: { [table]: { [id]: { ...row, [column]: userId } } } },
      };
    },
  };
}

/** The tool that hands a user over to a person. It changes nothing. `define` is the domain's own way to make tools. */
export function transferTool<Db>(
  name: string,
  description: string,
  answer: string,
  define: ReturnType<typeof toolsFor<Db>> = toolsFor<Db>(),
): Tool {
  return define({
    name,
    description,
    kind: 'transfer',
    freeText: ['summary'],
    parameters: z.strictObject({ summary: z.string().describe('A summary of what the user wants.') }),
    execute: () => answer,
  });
}

/** What an agent adds up amounts with. It looks at nothing and changes nothing. */
export const calculatorSpec = {
  name: 'calculate',
  description: 'Evaluates an arithmetic expression and returns the result rounded to two decimals.',
  kind: 'generic',
  parameters: z.strictObject({
    expression: z
      .string()
      .describe("Numbers, + - * /, parentheses and spaces, for example '2 * (19.99 + 5)'."),
  }),
  execute: (_db: unknown, { expression }: { expression: string }) => calculate(expression),
} as const;
