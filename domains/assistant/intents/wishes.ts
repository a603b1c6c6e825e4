import { choiceSlot } from '#core/environment/index.ts';
import type { IntentSpec, SlotSpec } from '#core/environment/index.ts';
import { comingDays, dayLabel, today } from '../clock.ts';
import { isOver } from '../records.ts';
import type { AssistantDb, Meeting } from '../schema.ts';
import { describeMeeting, valueOf, type Context } from './lookup.ts';
import { fileSlot, mailIn, mailSlot } from './slots/mail.ts';
import { meetingSlot } from './slots/meeting.ts';
import { taskIn, taskSlot } from './slots/task.ts';

type Intent = IntentSpec<AssistantDb>;

/** A wish for a tool that does not exist. */
function wish(
  id: string,
  title: string,
  missingTool: NonNullable<Intent['missingTool']>,
  slots: readonly SlotSpec<AssistantDb>[],
  opening: readonly string[],
  describe: (context: Context) => string,
): Intent {
  return { id, title, missingTool, slots, opening, describe };
}

const coming = meetingSlot({ only: (meeting: Meeting) => !isOver(meeting, today) });
const day = choiceSlot<AssistantDb>({
  name: 'day',
  title: 'day',
  question: ['Which day do you mean?', 'For which day?'],
  choices: comingDays.map(({ date }) => date).filter((date) => date > today),
  phrase: (date) => dayLabel(date).replace(' ', ', '),
  vague: ['some later day'],
});

/** Requests that none of the assistant's tools can serve. */
export const wishes: readonly Intent[] = [
  wish(
    'order_catering',
    'Order catering for a meeting',
    { name: 'order_catering', description: 'Orders food or drinks for a meeting.' },
    [
      coming,
      choiceSlot({
        name: 'menu',
        title: 'kind of catering',
        question: ['What would you like to have?'],
        choices: ['coffee and cake', 'sandwiches', 'a warm lunch', 'fruit and soft drinks'],
        vague: ['something to eat'],
      }),
    ],
    [
      'Please order {menu} for {meeting}.',
      'Can you get us {menu} for {meeting}?',
      'We will be hungry: I want {menu} at {meeting}, please arrange that.',
      'Could you organize {menu} for {meeting}?',
      'I would like to offer {menu} at {meeting}. Please order it.',
    ],
    (context) => `order ${valueOf(context, 'menu')} for ${describeMeeting(context)}`,
  ),
  wish(
    'repeat_weekly',
    'Make a meeting repeat every week',
    { name: 'repeat_meeting', description: 'Turns a meeting into a weekly series.' },
    [coming],
    [
      'Please make {meeting} repeat every week.',
      'Can you turn {meeting} into a weekly series?',
      'I want {meeting} to take place every week from now on.',
      'Could you set {meeting} to weekly?',
      'We should do this each week: please repeat {meeting}.',
    ],
    (context) => `repeat ${describeMeeting(context)} every week`,
  ),
  wish(
    'record_meeting',
    'Record a meeting',
    { name: 'record_meeting', description: 'Records a meeting and sends the recording to its attendees.' },
    [coming],
    [
      'Please record {meeting} and send everybody the recording.',
      'Can you make a recording of {meeting}?',
      'I want {meeting} to be recorded.',
      'Could you switch on the recording for {meeting}?',
      'Not everybody can come, so please record {meeting}.',
    ],
    (context) => `record ${describeMeeting(context)}`,
  ),
  wish(
    'recall_mail',
    'Take back a mail',
    { name: 'recall_mail', description: 'Takes back a mail that was sent.' },
    [mailSlot({ only: ({ status }) => status === 'sent', vague: ['one of my mails', 'a mail of mine'] })],
    [
      'Please take back {mail}.',
      'Can you recall {mail}? It went out too early.',
      'I sent {mail} by mistake. Please get it back.',
      'Could you undo the sending of {mail}?',
      'I regret {mail}. Please recall it before anybody reads it.',
    ],
    (context) => `recall the mail ${mailIn(context)}`,
  ),
  wish(
    'send_later',
    'Send a mail on a later day',
    { name: 'schedule_mail', description: 'Sends a draft on a later day.' },
    [mailSlot({ only: ({ status }) => status === 'draft' }), day],
    [
      'Please send {mail}, but only on {day}.',
      'Can you hold {mail} back and send it on {day}?',
      'I want {mail} to go out on {day}, not before.',
      'Could you schedule {mail} for {day}?',
      'Please do not send {mail} yet: it should go out on {day}.',
    ],
    (context) => `send the mail ${mailIn(context)} on ${dayLabel(valueOf(context, 'day'))}`,
  ),
  wish(
    'postpone_task',
    'Change the deadline of a task',
    { name: 'set_deadline', description: 'Changes the day on which a task is due.' },
    [taskSlot(({ status }) => status === 'open'), day],
    [
      'Please move the deadline of {task} to {day}.',
      'I will not finish {task} in time. Can it be due on {day}?',
      'Can you change the due date of {task} to {day}?',
      'Could we set the deadline of {task} to {day}?',
      'I need more time for {task}. Please make it due on {day}.',
    ],
    (context) => `move the deadline of the task ${taskIn(context)} to ${dayLabel(valueOf(context, 'day'))}`,
  ),
  wish(
    'translate_file',
    'Have a file translated',
    { name: 'translate_file', description: 'Translates a file into another language.' },
    [
      fileSlot,
      choiceSlot({
        name: 'language',
        title: 'language',
        question: ['Into which language?'],
        choices: ['French', 'German', 'Spanish', 'Polish', 'Swedish'],
        vague: ['another language'],
      }),
    ],
    [
      'Please translate {file} into {language}.',
      'I need {file} in {language}.',
      'Can you have {file} translated into {language}?',
      'Could you get me a version of {file} in {language}?',
      'A customer wants {file} in {language}. Please translate it.',
    ],
    (context) => `translate "${valueOf(context, 'file')}" into ${valueOf(context, 'language')}`,
  ),
];
