import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyCall, seedState } from '#core/environment/index.ts';
import type { Intent, Json, ToolCall } from '#core/environment/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { certify, type Task } from '#core/certify/index.ts';
import { callOf, sampleIntents } from '../../src/testing/sampleIntents.ts';
import { starts } from './clock.ts';
import { assistant } from './index.ts';
import { assistantSchema } from './schema.ts';

const state = seedState(assistant, 'tests', 60);
const people = state.ids('people');
const writes = assistant.tools.filter((tool) => tool.kind === 'write').map((tool) => tool.name);
const db = assistantSchema.parse(state.toDatabase());

const samples = (count: number, seed: string, wanted?: (intent: Intent) => boolean) =>
  sampleIntents(assistant, state, count, seed, wanted);

function broken(db: typeof state, call: ToolCall, userId: string | null, confirmed = true) {
  return assistant.rules
    .filter((rule) => rule.tools.includes(call.name))
    .flatMap((rule) => {
      const violation = rule.check({ db, call, userId, confirmed, earlier: [] });
      return violation === null ? [] : [{ rule, violation }];
    });
}
const ids = (violations: ReturnType<typeof broken>) => violations.map(({ rule }) => rule.id);

const served = samples(5000, 'rules', (intent) => intent.tool !== undefined);

describe('the seed', () => {
  test('knows everybody by address, and shares first names', () => {
    for (const { id, email } of Object.values(db.people))
      expect(applyCall(assistant, state, { name: 'identify_sender', arguments: { email } })).toMatchObject({
        result: id,
      });
    const first = Object.values(db.people).map(({ name }) => name.split(' ')[0]);
    expect(new Set(first).size).toBeLessThan(first.length);
  });

  test('draws meetings that break none of the rules on time and rooms', () => {
    for (const { id, day, start, room, status } of Object.values(db.meetings)) {
      if (status === 'cancelled') continue;
      // As if it were set up again, at its own time and in its own room.
      const organizer = db.meetings[id]?.organizer ?? '';
      const moved = { name: 'move_meeting', arguments: { meeting_id: id, day, start } };
      const timely = ids(broken(state, moved, organizer)).filter((rule) => /^(time|room)/.test(rule));
      expect(
        timely.filter((rule) => rule !== 'time.open'),
        id,
      ).toEqual([]);
      if (room === null) continue;
      const booked = { name: 'book_room', arguments: { meeting_id: id, room } };
      expect(ids(broken(state, booked, organizer)).filter((rule) => rule.startsWith('room'))).toEqual([]);
    }
  });

  test('refers to records that exist, and to earlier tasks', () => {
    for (const mail of Object.values(db.mail))
      for (const name of mail.attachments) expect(db.files[name]).toBeDefined();
    for (const { id, waits_for, team, assignee, created_by } of Object.values(db.tasks)) {
      if (waits_for !== null) expect(waits_for < id && db.tasks[waits_for]?.team === team).toBe(true);
      expect(db.people[assignee]?.team).toBe(team);
      expect(db.people[created_by]?.team).toBe(team);
    }
    for (const { delegates } of Object.values(db.people))
      for (const id of delegates) expect(db.people[id]).toBeDefined();
  });
});

describe('intents', () => {
  test('offer enough ways to say it', () => {
    for (const { id, opening, slots } of assistant.intents) {
      expect(opening.length, id).toBeGreaterThanOrEqual(5);
      for (const template of opening)
        expect(
          slots.filter(({ name }) => !template.includes(`{${name}}`)),
          template,
        ).toEqual([]);
    }
  });

  test('know the first and the last time at which everybody is free', () => {
    for (const { intent, context } of served) {
      const slot = intent.slots.find(({ name }) => name === 'time');
      const { time: _, ...values } = context.values;
      const picked = slot
        ?.candidates({ ...context, values })
        .filter(({ attributes }) => 'pick' in attributes);
      for (const { value } of picked ?? []) {
        const at = { intent, context: { ...context, values: { ...values, time: value } } };
        const stands = ids(broken(state, callOf(at), context.userId));
        expect(stands.filter((rule) => ['time.hours', 'time.clash', 'time.office'].includes(rule))).toEqual(
          [],
        );
      }
    }
  });
});

describe('rules and tools', () => {
  test('a tool rejects only what a rule forbids', () => {
    for (const one of served) {
      const call = callOf(one);
      const outcome = applyCall(assistant, state, call);
      if (!outcome.ok) expect(broken(state, call, one.context.userId), outcome.message).not.toEqual([]);
    }
  });

  test('each flip makes its rule hold; alone, it makes the tool accept', { timeout: 30_000 }, () => {
    const flipped = new Set<string>();
    for (const one of served) {
      const call = callOf(one);
      const { userId } = one.context;
      const violations = broken(state, call, userId);
      for (const { rule, violation } of violations) {
        const { flip, reason, record } = violation;
        expect(reason).toMatch(/^["A-Z].*\.$/);
        if (record !== undefined) expect(state.get(record.table, record.id)).toBeDefined();
        if (flip === undefined) continue;
        const next = 'rows' in flip ? state.with(flip.rows) : state;
        const empty = { people: {}, meetings: {}, rooms: {}, mail: {}, files: {}, tasks: {} };
        if ('rows' in flip) expect(assistant.schema.safeParse({ ...empty, ...flip.rows }).success).toBe(true);
        const changed = 'arguments' in flip ? flip.arguments : undefined;
        const again = changed === undefined ? call : { name: call.name, arguments: changed };
        const left = broken(next, again, userId);
        expect(ids(left), `${rule.id}: ${reason}`).not.toContain(rule.id);
        if (violations.length > 1) continue;
        expect(ids(left), `${rule.id}: ${reason}`).toEqual([]);
        expect(applyCall(assistant, next, again), `${rule.id}: ${reason}`).toMatchObject({ ok: true });
        flipped.add(rule.id);
      }
    }
    expect([...flipped].sort()).toEqual([
      'delegate.once',
      'delegate.team',
      'delegate.two',
      'file.once',
      'file.team',
      'invitation.once',
      'invitation.required',
      'mail.confidential',
      'mail.own',
      'mail.recipient',
      'mail.sent',
      'mail.size',
      'meeting.in-whose-name',
      'meeting.organizer',
      'meeting.over',
      'room.board',
      'room.seats',
      'room.taken',
      'room.video',
      'task.done',
      'task.load',
      'task.team',
      'task.waits',
      'task.whose',
      'time.clash',
      'time.hours',
      'time.office',
      'time.open',
      'time.quiet',
    ]);
  });

  test('the policy forbids what the tools would run', () => {
    const only = new Set(
      served.flatMap((one) => {
        const call = callOf(one);
        return applyCall(assistant, state, call).ok ? ids(broken(state, call, one.context.userId)) : [];
      }),
    );
    expect([...only].sort()).toEqual([
      'delegate.team',
      'delegate.two',
      'file.team',
      'invitation.required',
      'mail.confidential',
      'mail.own',
      'meeting.in-whose-name',
      'meeting.organizer',
      'room.board',
      'room.seats',
      'room.video',
      'task.load',
      'task.team',
      'task.whose',
      'time.clash',
      'time.hours',
      'time.open',
      'time.quiet',
    ]);
  });

  test('rules speak of what no candidate offers', () => {
    const [ana = '', ben = ''] = people;
    const check = (name: string, args: Record<string, Json>) =>
      ids(broken(state, { name, arguments: args }, ana));
    expect(check('cancel_meeting', { meeting_id: 'M0' })).toEqual(['record.exists']);
    expect(check('appoint_delegate', { person_id: ben, delegate_id: ana })).toContain('delegate.own');
    const theirs = Object.values(db.meetings).find(({ organizer }) => organizer === ben)?.id ?? '';
    const answer = { meeting_id: theirs, person_id: ben, answer: 'accepted' };
    expect(check('answer_invitation', answer)).toContain('invitation.own');
    expect(check('answer_invitation', answer)).toContain('invitation.exists');
    const task = Object.values(db.tasks).find(({ assignee }) => assignee === ana)?.id ?? '';
    expect(check('assign_task', { task_id: task, person_id: ana })).toContain('task.same');
    const meeting = { organizer_id: ana, attendee_id: ben, minutes: 90 };
    const late = check('schedule_meeting', { ...meeting, day: '2026-03-05', start: '17:00' });
    expect(late).toContain('time.office');
    const past = check('schedule_meeting', { ...meeting, day: '2026-02-26', start: '10:00' });
    expect(past).toContain('time.open');
    const silent = broken(state, { name: 'send_mail', arguments: { mail_id: 'E0' } }, null, false);
    expect(ids(silent)).toEqual(['conversation.identified', 'conversation.confirmed', 'record.exists']);
  });

  test('rules never throw, whatever the arguments', () => {
    const value = fc.oneof(
      fc.constantFrom(...Object.keys(db.meetings).slice(0, 9), ...people.slice(0, 9), ...starts),
      fc.constantFrom('2026-03-05', '2026-03-08', 'Oak', ...Object.keys(db.mail).slice(0, 9)),
      fc.jsonValue(),
    );
    const parameters = assistant.tools.flatMap((tool) => Object.keys(tool.parameters.shape));
    const args = fc.dictionary(fc.constantFrom(...parameters), value);
    const user = fc.constantFrom(null, ...people.slice(0, 5));
    fc.assert(
      fc.property(fc.constantFrom(...writes), args, user, (name, some, userId) => {
        const call = { name, arguments: some as ToolCall['arguments'] };
        broken(state, call, userId);
      }),
      { numRuns: 500 },
    );
  });
});

describe('tasks', async () => {
  const size = 40;
  const tasks = await generate(size);

  test('come in every kind of every condition', () => {
    const kinds = new Set(tasks.flatMap((task) => task.kinds));
    for (const kind of ['missing-slot', 'vague-reference', 'unstated-preference'])
      expect(kinds).toContain(kind);
    for (const kind of ['substitute', 'retract', 'extend', 'replace', 'reorder', 'condition-driven'])
      expect(kinds).toContain(kind);
    for (const kind of ['policy:refused', 'policy:alternative', 'state:refused', 'permission:refused'])
      expect(kinds).toContain(kind);
    expect(kinds).toContain('capability:transferred');
  });

  test('say who sent them, and ask nobody', () => {
    for (const { program } of tasks)
      expect(program.openingText).toMatch(/\nSent by \S+@brightwater\.example$/);
  });

  test('set limits in what is counted, and take no other subject for an alternative', () => {
    const changes = tasks.flatMap(({ program }) => program.changes);
    const limits = changes.filter(({ kind }) => kind === 'condition-driven');
    for (const { text } of limits) expect(text).toMatch(/\d (open tasks?|seats?|meetings?|MB)\b/);
    const alternatives = tasks.flatMap(({ program }) =>
      Object.values(program.refusals).flatMap((reaction) =>
        reaction.type === 'accept_alternative' ? [reaction.slot] : [],
      ),
    );
    expect(alternatives.length).toBeGreaterThan(0);
    for (const slot of alternatives) expect(['meeting', 'mail', 'file', 'task']).not.toContain(slot);
  });

  test('write no date that the clock has passed', async () => {
    const clockOf = (task: Pick<Task, 'certificate'>) =>
      task.certificate.checks.find(({ id }) => id === 'S8')?.status;
    expect(new Set(tasks.map(clockOf))).toEqual(new Set(['passed']));
    const dated = tasks.find((task) => firstMove(task) !== undefined);
    if (dated === undefined) throw new Error('no task of this seed moves a meeting');
    const { certificate: _, ...draft } = structuredClone(dated);
    const move = firstMove(draft);
    if (move !== undefined) move.call.arguments = { ...move.call.arguments, day: '2026-02-27' };
    const past = await certify(assistant, seedState(assistant, 'kinds', size), draft);
    expect(past.checks.find(({ id }) => id === 'S8')?.status).toBe('warned');
  });
});

const firstMove = ({ criteria }: Pick<Task, 'criteria'>) =>
  criteria.reference.flatMap((step) =>
    step.type === 'call' && step.call.name === 'move_meeting' ? [step] : [],
  )[0];

async function generate(size: number): Promise<Task[]> {
  const runner = createRunner([assistant]);
  const database = { kind: 'seed', domain: 'assistant', seed: 'kinds', size } as const;
  const tasks: Task[] = [];
  for (let batch = 0; batch < 14; batch += 1) {
    const wanted = { general: 1, ambiguous: 6, changing: 14, infeasible: 8 };
    const job = { type: 'generate', database, seed: 'kinds', batch, wanted, knobs: {} } as const;
    tasks.push(...(await runner.run(job)).tasks);
  }
  return tasks;
}
