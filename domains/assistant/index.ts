import { defineDomain } from '#core/environment/index.ts';
import { now } from './clock.ts';
import { intents } from './intents/index.ts';
import policy from './policy.md?raw';
import { leadOf, personOf, teamOf } from './records.ts';
import { rules } from './rules/index.ts';
import { assistantSchema, type AssistantDb } from './schema.ts';
import { seed } from './seed/index.ts';
import { assistantTools } from './tools/index.ts';

/**
 * An assistant for the calendars, rooms, mail, files and tasks of a small company.
 *
 * It is here because it is no service desk. Nothing is bought or refunded, and nobody is asked who they are: the
 * message says who sent it. Records are shared, so what somebody may do follows from their part in a meeting, a
 * team or a delegation, not from owning a row. What people ask for is often not on record at all: a time at which
 * everybody is free has to be searched for. And writes stand in each other's way, over hours, rooms and people.
 */
export const assistant = defineDomain<AssistantDb>({
  id: 'assistant',
  title: 'Office assistant',
  description: 'Colleagues of a small company have meetings, rooms, mail and tasks arranged for them.',
  policy,
  schema: assistantSchema,
  seed,
  defaultSize: 40,
  clock: now,
  identity: {
    table: 'people',
    facts: (db, id) => ({ email: personOf(db, id)?.email ?? '' }),
    ways: [{ tool: 'identify_sender', arguments: { email: 'email' }, phrase: ['Sent by {email}'] }],
    signedIn: true,
  },
  tools: assistantTools,
  rules,
  intents,
  owner(db, { table, id }) {
    switch (table) {
      case 'meetings': {
        const meeting = db.get('meetings', id);
        if (meeting === undefined) return null;
        const { organizer, attendees } = meeting;
        return [organizer, ...Object.keys(attendees), ...(personOf(db, organizer)?.delegates ?? [])];
      }
      case 'mail':
        return db.get('mail', id)?.author ?? null;
      case 'tasks': {
        const task = db.get('tasks', id);
        if (task === undefined) return null;
        const lead = leadOf(db, task.team);
        return [task.assignee, task.created_by, ...(lead === undefined ? [] : [lead.id])];
      }
      case 'files': {
        const file = db.get('files', id);
        if (file === undefined || file.team === 'Everyone') return null;
        return teamOf(db, file.team).map((person) => person.id);
      }
      default:
        return null;
    }
  },
  responses: { capability: 'transfer', rule: 'refuse' },
  columns: {
    people: ['name', 'team', 'role', 'hours', 'delegates'],
    meetings: ['title', 'organizer', 'day', 'start', 'room', 'status'],
    rooms: ['floor', 'seats', 'video', 'leads_only'],
    mail: ['author', 'subject', 'to', 'attachments', 'status'],
    files: ['topic', 'team', 'confidential', 'size_mb'],
    tasks: ['title', 'team', 'assignee', 'due', 'status', 'waits_for'],
  },
});
