import { z } from 'zod';
import { weekdays } from './clock.ts';

export const teams = ['Design', 'Engineering', 'Finance', 'Sales', 'Operations'] as const;
export const answers = ['accepted', 'declined', 'tentative'] as const;
/** How long a meeting can be, in minutes. */
export const lengths = [30, 60, 90] as const;
export const company = 'brightwater.example';

const text = z.string();
const time = z.string().regex(/^\d{2}:\d{2}$/, 'Expected a time such as 14:30.');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'Expected a day such as 2026-03-05.');

const personSchema = z.object({
  id: text,
  name: text,
  email: text,
  extension: text,
  team: z.enum(teams),
  role: z.enum(['lead', 'member', 'assistant']),
  days: z.array(z.enum(weekdays)),
  hours: z.object({ from: time, to: time }),
  /** Agrees to meetings outside these days and hours. */
  flexible: z.boolean(),
  /** Works from elsewhere, and joins by video. */
  remote: z.boolean(),
  /** Ids of the people who may act for this person. */
  delegates: z.array(text),
});

const meetingSchema = z.object({
  id: text,
  title: text,
  organizer: text,
  day,
  start: time,
  minutes: z.number(),
  /** Person id to answer; the organizer is not among them. */
  attendees: z.record(text, z.enum([...answers, 'none'])),
  /** Whether those invited have to come. */
  required: z.boolean(),
  room: text.nullable().default(null),
  status: z.enum(['planned', 'cancelled']),
});

const roomSchema = z.object({
  name: text,
  floor: z.enum(['ground', 'first', 'second']),
  seats: z.number(),
  video: z.boolean(),
  leads_only: z.boolean(),
});

const mailSchema = z.object({
  id: text,
  author: text,
  subject: text,
  to: z.array(text),
  attachments: z.array(text),
  status: z.enum(['draft', 'sent']),
});

const fileSchema = z.object({
  name: text,
  topic: text,
  /** The team it belongs to, or everybody. */
  team: z.enum([...teams, 'Everyone']),
  confidential: z.boolean(),
  size_mb: z.number(),
});

const taskSchema = z.object({
  id: text,
  title: text,
  team: z.enum(teams),
  assignee: text,
  created_by: text,
  due: day,
  status: z.enum(['open', 'done']),
  /** The task that has to be done before this one. */
  waits_for: text.nullable().default(null),
});

/** A small company's people, and what they share: calendars, rooms, mail, files and tasks. */
export const assistantSchema = z.strictObject({
  people: z.record(text, personSchema),
  meetings: z.record(text, meetingSchema),
  rooms: z.record(text, roomSchema),
  mail: z.record(text, mailSchema),
  files: z.record(text, fileSchema),
  tasks: z.record(text, taskSchema),
});
export type AssistantDb = z.infer<typeof assistantSchema>;

export type Person = z.infer<typeof personSchema>;
export type Meeting = z.infer<typeof meetingSchema>;
export type Room = z.infer<typeof roomSchema>;
export type Mail = z.infer<typeof mailSchema>;
export type StoredFile = z.infer<typeof fileSchema>;
export type Task = z.infer<typeof taskSchema>;
