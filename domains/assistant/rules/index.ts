import { confirmedRule, identifiedRule, type RuleSpec } from '#core/environment/index.ts';
import type { AssistantDb } from '../schema.ts';
import { mailRules } from './mail.ts';
import { meetingRules } from './meetings.ts';
import { peopleRules } from './people.ts';
import { roomRules } from './rooms.ts';
import { rule, text } from './situation.ts';
import { taskRules } from './tasks.ts';

/** Where the ids in calls come from. */
const tables: Readonly<Record<string, keyof AssistantDb>> = {
  meeting_id: 'meetings',
  mail_id: 'mail',
  task_id: 'tasks',
  room: 'rooms',
  file: 'files',
  person_id: 'people',
  organizer_id: 'people',
  attendee_id: 'people',
  delegate_id: 'people',
};

const writes = [
  'schedule_meeting',
  'move_meeting',
  'cancel_meeting',
  'invite_person',
  'answer_invitation',
  'book_room',
  'attach_file',
  'send_mail',
  'assign_task',
  'complete_task',
  'appoint_delegate',
];

/** Every sentence of the policy that can be checked. */
export const rules: readonly RuleSpec<AssistantDb>[] = [
  identifiedRule('Identify the sender by the address before you change anything.', writes),
  confirmedRule(
    "Every change needs the sender's clear yes, given after you told them exactly what you will do.",
    writes,
  ),
  rule('record.exists', 'what a change names has to exist.', 'choice', writes, ({ db, call }) => {
    for (const [argument, table] of Object.entries(tables))
      if (call.arguments[argument] !== undefined && db.get(table, text(call, argument)) === undefined)
        return { reason: `"${text(call, argument)}" does not exist.` };
    return null;
  }),
  ...meetingRules,
  ...roomRules,
  ...mailRules,
  ...taskRules,
  ...peopleRules,
];
