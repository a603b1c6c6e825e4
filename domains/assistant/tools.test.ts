import { describe, expect, test } from 'vitest';
import { applyCall, changedRows, State, type JsonObject } from '#core/environment/index.ts';
import { assistant } from './index.ts';
import type { AssistantDb, Meeting, Person, Task } from './schema.ts';

const person = (id: string, more: Partial<Person> = {}): [string, Person] => {
  const name = id.replace(/(^|\.)[a-z]/g, (letter) => letter.replace('.', ' ').toUpperCase());
  return [
    id,
    {
      id,
      name,
      email: `${id}@brightwater.example`,
      extension: '210',
      team: 'Design',
      role: 'member',
      days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
      hours: { from: '09:00', to: '17:00' },
      flexible: false,
      remote: false,
      delegates: [],
      ...more,
    },
  ];
};
const meeting = (id: string, more: Partial<Meeting>): [string, Meeting] => [
  id,
  {
    id,
    title: 'Budget review',
    organizer: 'ana.costa',
    day: '2026-03-05',
    start: '10:00',
    minutes: 60,
    attendees: { 'ben.ito': 'none' },
    required: false,
    room: null,
    status: 'planned',
    ...more,
  },
];
const task = (id: string, more: Partial<Task>): [string, Task] => [
  id,
  {
    id,
    title: 'Check the Halden contract',
    team: 'Design',
    assignee: 'ana.costa',
    created_by: 'ana.costa',
    due: '2026-03-06',
    status: 'open',
    waits_for: null,
    ...more,
  },
];

const database: AssistantDb = {
  people: Object.fromEntries([
    person('ana.costa', { role: 'lead', delegates: ['ben.ito'] }),
    person('ben.ito'),
    person('ana.lund', { team: 'Sales', days: ['Monday', 'Friday'] }),
    person('cy.moss', { team: 'Sales', flexible: true }),
  ]),
  meetings: Object.fromEntries([
    meeting('M1', { room: 'Oak' }),
    meeting('M2', { organizer: 'cy.moss', start: '13:00', attendees: { 'ben.ito': 'declined' } }),
    meeting('M3', { day: '2026-02-26' }),
    meeting('M4', { day: '2026-03-05', start: '14:00', attendees: {}, status: 'cancelled' }),
  ]),
  rooms: {
    Oak: { name: 'Oak', floor: 'first', seats: 12, video: true, leads_only: false },
    Elm: { name: 'Elm', floor: 'ground', seats: 2, video: false, leads_only: false },
  },
  mail: {
    E1: { id: 'E1', author: 'ana.costa', subject: 'Dates', to: [], attachments: ['a.pdf'], status: 'draft' },
    E2: {
      id: 'E2',
      author: 'ana.costa',
      subject: 'Offer',
      to: ['x@y.example'],
      attachments: [],
      status: 'draft',
    },
    E3: {
      id: 'E3',
      author: 'ben.ito',
      subject: 'Hello',
      to: ['x@y.example'],
      attachments: [],
      status: 'sent',
    },
  },
  files: {
    'a.pdf': { name: 'a.pdf', topic: 'Halden', team: 'Design', confidential: false, size_mb: 12 },
    'b.pdf': { name: 'b.pdf', topic: 'Halden', team: 'Everyone', confidential: true, size_mb: 9 },
  },
  tasks: Object.fromEntries([
    task('T1', {}),
    task('T2', { waits_for: 'T1', created_by: 'ben.ito' }),
    task('T3', { status: 'done' }),
    task('T4', { assignee: 'ben.ito', created_by: 'ben.ito' }),
  ]),
};

const state = State.of(database);

const run = (name: string, args: JsonObject, from = state) =>
  applyCall(assistant, from, { name, arguments: args });
const result = (name: string, args: JsonObject, from = state) => {
  const outcome = run(name, args, from);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.result;
};
const changed = (name: string, args: JsonObject) => changedRows(state, run(name, args).state);
const error = (name: string, args: JsonObject) => {
  const outcome = run(name, args);
  return outcome.ok ? '' : outcome.message;
};

describe('the directory', () => {
  test('knows who writes from an address', () => {
    expect(result('identify_sender', { email: 'Ana.Costa@brightwater.example' })).toBe('ana.costa');
    expect(error('identify_sender', { email: 'ana@halden.example' })).toMatch(/No colleague/);
  });

  test('finds people by id, name or team, with those for whom they act', () => {
    const found = (text: string) => (result('find_people', { text }) as JsonObject[]).map(({ id }) => id);
    expect(found('ana')).toEqual(['ana.costa', 'ana.lund']);
    expect(found('Ana Lund')).toEqual(['ana.lund']);
    expect(found('sales')).toEqual(['ana.lund', 'cy.moss']);
    expect(result('find_people', { text: 'ben.ito' })).toMatchObject([{ acts_for: ['ana.costa'] }]);
    expect(error('find_people', { text: 'an' })).toMatch(/has nobody for "an"/);
  });

  test('appoints delegates', () => {
    expect(changed('appoint_delegate', { person_id: 'ana.costa', delegate_id: 'cy.moss' })).toMatchObject({
      people: { 'ana.costa': { delegates: ['ben.ito', 'cy.moss'] } },
    });
    const again = { person_id: 'ana.costa', delegate_id: 'ben.ito' };
    expect(error('appoint_delegate', again)).toMatch(/may already act/);
    expect(error('appoint_delegate', { ...again, delegate_id: 'ana.costa' })).toMatch(/themselves/);
    expect(error('appoint_delegate', { ...again, delegate_id: 'dee' })).toMatch(/nobody with the id dee/);
  });
});

describe('the calendar', () => {
  test('lists meetings in the order of time, or those of a day', () => {
    const listed = (args: JsonObject) => (result('get_calendar', args) as JsonObject[]).map(({ id }) => id);
    expect(listed({ person_id: 'ben.ito' })).toEqual(['M3', 'M1', 'M2']);
    expect(listed({ person_id: 'ana.costa', day: '2026-03-05' })).toEqual(['M1', 'M4']);
  });

  test('finds the times at which everybody works and is free', () => {
    const free = (ids: string[], more: JsonObject = {}) =>
      result('find_free_times', { person_ids: ids, day: '2026-03-05', minutes: 60, ...more }) as {
        people: JsonObject[];
        free: string[];
      };
    const both = free(['ana.costa', 'ben.ito']);
    // 10:00 is taken; 13:00 was declined; the last hour begins at 16:00.
    expect(both.free).toEqual(
      '09:00 11:00 11:30 12:00 12:30 13:00 13:30 14:00 14:30 15:00 15:30 16:00'.split(' '),
    );
    expect(both.people[0]).toMatchObject({ busy: [{ meeting_id: 'M1', from: '10:00', to: '11:00' }] });
    expect(free(['ana.costa'], { for_meeting_id: 'M1' }).free).toContain('10:00');
    expect(free(['ana.lund'])).toMatchObject({ people: [{ works: null }], free: [] });
    expect(free(['cy.moss']).free.at(-1)).toBe('17:00');
  });

  test('lists rooms, with what takes place in them on a day', () => {
    expect(result('get_rooms', {})).toMatchObject([
      { name: 'Oak', taken: [] },
      { name: 'Elm', taken: [] },
    ]);
    expect(result('get_rooms', { day: '2026-03-05' })).toMatchObject([
      { name: 'Oak', taken: [{ meeting_id: 'M1', from: '10:00', to: '11:00' }] },
      { name: 'Elm', taken: [] },
    ]);
  });

  test('sets meetings up, with the same id in whichever order', () => {
    const args = {
      organizer_id: 'ana.costa',
      attendee_id: 'cy.moss',
      day: '2026-03-06',
      start: '09:30',
      minutes: 30,
    };
    expect(result('schedule_meeting', args)).toMatchObject({
      id: 'N0306-0930-ana.costa',
      title: 'Ana Costa and Cy Moss',
      attendees: { 'cy.moss': 'none' },
      room: null,
    });
    expect(error('schedule_meeting', { ...args, attendee_id: 'ana.costa' })).toMatch(/two different people/);
    expect(error('schedule_meeting', { ...args, day: '2026-03-07' })).toMatch(/no working day/);
    expect(error('schedule_meeting', { ...args, start: '17:30', minutes: 60 })).toMatch(/closes at 18:00/);
    const twice = run('schedule_meeting', args).state;
    expect(applyCall(assistant, twice, { name: 'schedule_meeting', arguments: args })).toMatchObject({
      message: 'Meeting N0306-0930-ana.costa exists already.',
    });
  });

  test('moves, cancels and books only what is still to come', () => {
    expect(changed('move_meeting', { meeting_id: 'M1', day: '2026-03-09', start: '09:00' })).toMatchObject({
      meetings: { M1: { day: '2026-03-09', start: '09:00', room: 'Oak' } },
    });
    expect(changed('cancel_meeting', { meeting_id: 'M1' })).toMatchObject({
      meetings: { M1: { status: 'cancelled', room: null } },
    });
    expect(changed('book_room', { meeting_id: 'M2', room: 'Oak' })).toMatchObject({
      meetings: { M2: { room: 'Oak' } },
    });
    expect(error('cancel_meeting', { meeting_id: 'M3' })).toMatch(/is over/);
    expect(error('cancel_meeting', { meeting_id: 'M4' })).toMatch(/was cancelled/);
    expect(error('cancel_meeting', { meeting_id: 'M9' })).toMatch(/no meeting M9/);
    expect(error('book_room', { meeting_id: 'M2', room: 'Ash' })).toMatch(/no room Ash/);
  });

  test('keeps a room for one meeting at a time', () => {
    const moved = run('move_meeting', { meeting_id: 'M2', day: '2026-03-05', start: '10:30' }).state;
    const booked = applyCall(assistant, moved, {
      name: 'book_room',
      arguments: { meeting_id: 'M2', room: 'Oak' },
    });
    expect(booked).toMatchObject({ ok: false, message: 'Room Oak is taken then, by meeting M1.' });
  });

  test('invites and answers', () => {
    expect(changed('invite_person', { meeting_id: 'M1', person_id: 'cy.moss' })).toMatchObject({
      meetings: { M1: { attendees: { 'ben.ito': 'none', 'cy.moss': 'none' } } },
    });
    expect(error('invite_person', { meeting_id: 'M1', person_id: 'ana.costa' })).toMatch(/already part/);
    const answer = { meeting_id: 'M1', person_id: 'ben.ito', answer: 'tentative' };
    expect(changed('answer_invitation', answer)).toMatchObject({
      meetings: { M1: { attendees: { 'ben.ito': 'tentative' } } },
    });
    expect(error('answer_invitation', { ...answer, person_id: 'cy.moss' })).toMatch(/was not invited/);
  });
});

describe('mail, files and tasks', () => {
  test('lists what a person wrote, and finds files', () => {
    expect(result('get_mail', { person_id: 'ana.costa' })).toMatchObject([{ id: 'E1' }, { id: 'E2' }]);
    expect(result('find_files', { text: 'PDF' })).toHaveLength(2);
    expect(result('find_files', { team: 'Everyone' })).toMatchObject([{ name: 'b.pdf' }]);
    expect(result('find_files', { text: 'a', team: 'Sales' })).toEqual([]);
  });

  test('attaches to drafts, up to 20 MB, and sends them once', () => {
    expect(changed('attach_file', { mail_id: 'E2', file: 'b.pdf' })).toMatchObject({
      mail: { E2: { attachments: ['b.pdf'] } },
    });
    expect(error('attach_file', { mail_id: 'E1', file: 'a.pdf' })).toMatch(/attached already/);
    expect(error('attach_file', { mail_id: 'E1', file: 'b.pdf' })).toMatch(/exceed 20 MB/);
    expect(error('attach_file', { mail_id: 'E1', file: 'c.pdf' })).toMatch(/no file "c.pdf"/);
    expect(error('attach_file', { mail_id: 'E3', file: 'a.pdf' })).toMatch(/sent already/);
    expect(changed('send_mail', { mail_id: 'E2' })).toMatchObject({ mail: { E2: { status: 'sent' } } });
    expect(error('send_mail', { mail_id: 'E1' })).toMatch(/no recipient/);
    expect(error('send_mail', { mail_id: 'E9' })).toMatch(/no mail E9/);
  });

  test('lists the tasks that concern a person', () => {
    const listed = (id: string) => {
      const { assigned, created, team } = result('list_tasks', { person_id: id }) as Record<
        'assigned' | 'created' | 'team',
        JsonObject[]
      >;
      return [assigned, created, team].map((tasks) => tasks.map((row) => row.id));
    };
    expect(listed('ben.ito')).toEqual([['T4'], ['T2'], []]);
    expect(listed('ana.costa')).toEqual([['T1', 'T2', 'T3'], [], ['T4']]);
  });

  test('passes tasks on and closes them in their order', () => {
    expect(changed('assign_task', { task_id: 'T1', person_id: 'ben.ito' })).toMatchObject({
      tasks: { T1: { assignee: 'ben.ito' } },
    });
    expect(error('assign_task', { task_id: 'T1', person_id: 'ana.costa' })).toMatch(/has task T1 already/);
    expect(error('assign_task', { task_id: 'T3', person_id: 'ben.ito' })).toMatch(/is done/);
    expect(error('complete_task', { task_id: 'T2' })).toMatch(/waits for T1/);
    expect(changed('complete_task', { task_id: 'T1' })).toMatchObject({ tasks: { T1: { status: 'done' } } });
    expect(error('complete_task', { task_id: 'T9' })).toMatch(/no task T9/);
  });

  test('shows the records that a read is about', () => {
    const shown = (name: string, args: JsonObject) => {
      const tool = assistant.tool(name);
      return tool?.shows(state, args, result(name, args)).map(({ id }) => id);
    };
    expect(shown('list_tasks', { person_id: 'ben.ito' })).toEqual(['ben.ito', 'T2', 'T4']);
    expect(shown('get_rooms', { day: '2026-03-05' })).toEqual(['Oak', 'M1', 'Elm']);
    const day = { day: '2026-03-05', minutes: 30 };
    expect(shown('find_free_times', { person_ids: ['ana.costa'], ...day })).toEqual(['ana.costa', 'M1']);
  });
});
