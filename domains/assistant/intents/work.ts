import type { IntentSpec } from '#core/environment/index.ts';
import { firstNameOf, openTasksOf, personOf } from '../records.ts';
import type { AssistantDb } from '../schema.ts';
import { colleagueIn, countFact, read, textOf, valueOf } from './lookup.ts';
import { fileSlot, mailIn, mailSlot } from './slots/mail.ts';
import { colleagueSlot } from './slots/people.ts';
import { taskIn, taskSlot } from './slots/task.ts';

type Intent = IntentSpec<AssistantDb>;

const attach: Intent = {
  id: 'attach',
  title: 'Attach a file to a mail',
  tool: 'attach_file',
  slots: [mailSlot(), fileSlot],
  opening: [
    'Please attach {file} to {mail}.',
    'Can you add {file} to {mail}?',
    'I forgot to put {file} into {mail}. Please do that for me.',
    'There is something missing in {mail}: please attach {file}.',
    'Could you put {file} into {mail} as an attachment?',
  ],
  describe: (context) => `attach "${valueOf(context, 'file')}" to the mail ${mailIn(context)}`,
  call: (context) => ({
    name: 'attach_file',
    arguments: { mail_id: valueOf(context, 'mail'), file: valueOf(context, 'file') },
  }),
  // The name alone does not tell how big it is.
  reads: (context) => [read('find_files', { text: valueOf(context, 'file') })],
  quotes({ db, values }) {
    const file = db.get('files', textOf(values.file));
    return file === undefined
      ? []
      : [countFact('size', 'the size of the file in MB', file.size_mb, 'MB', 'MB')];
  },
  parse(db, { arguments: args }) {
    const mail = db.get('mail', textOf(args.mail_id));
    return mail && { userId: mail.author, values: { mail: mail.id, file: textOf(args.file) } };
  },
};

const send: Intent = {
  id: 'send',
  title: 'Send a mail',
  tool: 'send_mail',
  slots: [mailSlot({ only: ({ status }) => status === 'draft' })],
  opening: [
    'Please send {mail}.',
    'Can you send off {mail}?',
    'I have finished {mail}. Please send it.',
    'It is time for {mail} to go out. Please send it now.',
    'Could you send {mail} for me?',
  ],
  describe: (context) => `send the mail ${mailIn(context)}`,
  call: (context) => ({ name: 'send_mail', arguments: { mail_id: valueOf(context, 'mail') } }),
  // What it carries decides whether it may go.
  reads(context) {
    const mail = context.db.get('mail', valueOf(context, 'mail'));
    if (mail?.author !== context.userId) return [];
    return mail.attachments.map((name) => read('find_files', { text: name }));
  },
  parse(db, { arguments: args }) {
    const mail = db.get('mail', textOf(args.mail_id));
    return mail && { userId: mail.author, values: { mail: mail.id } };
  },
};

const assign: Intent = {
  id: 'assign',
  title: 'Hand a task over',
  tool: 'assign_task',
  slots: [
    taskSlot(),
    colleagueSlot({
      question: ['Who should take it over?', 'To whom should I give it?'],
      vague: ['somebody else', 'one of my colleagues'],
    }),
  ],
  opening: [
    'Please give {task} to {colleague}.',
    'I would like {colleague} to take over {task}.',
    'Can you hand {task} over to {colleague}?',
    'I want to pass {task} on to {colleague}.',
    'Could {colleague} take over {task}? Please reassign it.',
  ],
  describe: (context) => `give the task ${taskIn(context)} to ${colleagueIn(context)}`,
  call: (context) => ({
    name: 'assign_task',
    arguments: { task_id: valueOf(context, 'task'), person_id: valueOf(context, 'colleague') },
  }),
  reads(context) {
    const colleague = valueOf(context, 'colleague');
    return colleague === '' ? [] : [read('list_tasks', { person_id: colleague })];
  },
  quotes(context) {
    const colleague = valueOf(context, 'colleague');
    if (personOf(context.db, colleague) === undefined) return [];
    const open = openTasksOf(context.db, colleague).length;
    const title = `the number of open tasks that ${firstNameOf(context.db, colleague)} has`;
    return [countFact('open_tasks', title, open, 'open task')];
  },
  parse(db, { arguments: args }) {
    const task = db.get('tasks', textOf(args.task_id));
    return task && { userId: task.assignee, values: { task: task.id, colleague: textOf(args.person_id) } };
  },
};

const complete: Intent = {
  id: 'complete',
  title: 'Close a task',
  tool: 'complete_task',
  slots: [taskSlot(({ status }) => status === 'open')],
  opening: [
    'Please mark {task} as done.',
    'You can close {task}.',
    'As far as I know, {task} is finished. Please close it.',
    'Can you tick off {task}?',
    'Could you set {task} to done?',
  ],
  describe: (context) => `mark the task ${taskIn(context)} as done`,
  call: (context) => ({ name: 'complete_task', arguments: { task_id: valueOf(context, 'task') } }),
  parse(db, { arguments: args }) {
    const task = db.get('tasks', textOf(args.task_id));
    return task && { userId: task.assignee, values: { task: task.id } };
  },
};

const appoint: Intent = {
  id: 'appoint',
  title: 'Appoint a delegate',
  tool: 'appoint_delegate',
  slots: [
    colleagueSlot({
      question: ['Who should act for you?', 'Which colleague would you like to appoint?'],
      vague: ['somebody', 'a colleague'],
    }),
  ],
  opening: [
    'Please let {colleague} act for me.',
    'I would like {colleague} to look after my calendar.',
    'Can you make {colleague} my delegate?',
    'From now on, {colleague} should be able to act for me. Please set that up.',
    'Could you appoint {colleague} as my delegate?',
  ],
  describe: (context) => `let ${colleagueIn(context)} act for you`,
  call: (context) => ({
    name: 'appoint_delegate',
    arguments: { person_id: context.userId, delegate_id: valueOf(context, 'colleague') },
  }),
  reads: ({ userId }) => [read('find_people', { text: userId })],
  parse(db, { arguments: args }) {
    const person = personOf(db, textOf(args.person_id));
    return person && { userId: person.id, values: { colleague: textOf(args.delegate_id) } };
  },
};

/** What people want of their mail, their tasks, and each other. */
export const workIntents: readonly Intent[] = [attach, send, assign, complete, appoint];
