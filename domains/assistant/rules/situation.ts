/** What rules look at in a call, and how they are written down. */
import type {
  ChangedRows,
  JsonObject,
  RuleContext,
  RuleSpec,
  RuleSubject,
  ToolCall,
  Violation,
} from '#core/environment/index.ts';
import type { AssistantDb, Mail, Meeting, Person, Task } from '../schema.ts';

export type Context = RuleContext<AssistantDb>;
type Rule = RuleSpec<AssistantDb>;

/** A rule, with its check last so that a list of rules reads as a list of sentences. */
export const rule = (
  id: string,
  sentence: string,
  subject: RuleSubject,
  tools: readonly string[],
  check: (context: Context) => Violation | null,
): Rule => ({ id, sentence, subject, tools, check });

/** A rule about one record that a call names. It holds when there is none: another rule speaks of that. */
const about =
  <Row>(find: (context: Context) => Row | undefined) =>
  (
    id: string,
    sentence: string,
    subject: RuleSubject,
    tools: readonly string[],
    check: (row: Row, context: Context) => Violation | null,
  ): Rule =>
    rule(id, sentence, subject, tools, (context) => {
      const row = find(context);
      return row === undefined ? null : check(row, context);
    });

/** A string argument of a call; empty when there is none. */
export function text(call: ToolCall, name: string): string {
  const value = call.arguments[name];
  return typeof value === 'string' ? value : '';
}

export const meetingOf = ({ db, call }: Context): Meeting | undefined =>
  db.get('meetings', text(call, 'meeting_id'));

export const meetingRule = about(meetingOf);
export const mailRule = about<Mail>(({ db, call }) => db.get('mail', text(call, 'mail_id')));
export const taskRule = about<Task>(({ db, call }) => db.get('tasks', text(call, 'task_id')));

/** The person of the conversation. */
export const userOf = ({ db, userId }: Context): Person | undefined =>
  userId === null ? undefined : db.get('people', userId);

export const argumentsWith = (call: ToolCall, changed: JsonObject): { arguments: JsonObject } => ({
  arguments: { ...call.arguments, ...changed },
});

/** A flip that changes rows of one table. */
export const rowsOf = (
  table: keyof AssistantDb,
  rows: Readonly<Record<string, JsonObject>>,
): { rows: ChangedRows } => ({ rows: { [table]: rows } });

/** The flip that makes a user somebody's delegate. */
export function appointed(person: Person | undefined, userId: string): { flip?: { rows: ChangedRows } } {
  if (person === undefined) return {};
  return { flip: rowsOf('people', { [person.id]: { ...person, delegates: [...person.delegates, userId] } }) };
}
