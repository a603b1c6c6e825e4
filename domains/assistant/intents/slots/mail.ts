import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import { filesFor, mailOf, personOf } from '../../records.ts';
import type { AssistantDb, Mail, StoredFile } from '../../schema.ts';
import { spokenTopic } from '../../topics.ts';
import { read, readPeople, textOf, type Context } from '../lookup.ts';

type Slot = SlotSpec<AssistantDb>;

export interface MailSlot {
  readonly only?: (mail: Mail) => boolean;
  readonly vague?: readonly string[];
}

/** Which of the sender's mails is meant. */
export function mailSlot({ only, vague = ['one of my drafts', 'a draft of mine'] }: MailSlot = {}): Slot {
  return {
    name: 'mail',
    title: 'mail',
    subject: true,
    question: ['Which mail do you mean?', 'Which of your mails is it about?'],
    candidates: ({ db, userId }) =>
      mailOf(db, userId)
        .filter((mail) => only?.(mail) ?? true)
        .map(mailCandidate),
    // By its id alone: nobody knows the subjects of other people's drafts.
    foreign({ db, userId }, random) {
      const [other] = random
        .shuffle([...db.rows('mail')])
        .filter(({ author, status, to }) => author !== userId && status === 'draft' && to.length > 0);
      return other && { value: other.id, attributes: { id: other.id }, label: `draft ${other.id}` };
    },
    referBy: [['to'], ['subject'], ['company'], ['to', 'subject'], ['status', 'to'], ['status', 'subject']],
    phrase: phraseMail,
    vague,
    reads: ({ userId }) => [read('get_mail', { person_id: userId })],
  };
}

/** "lena.holm@halden.example" is Lena Holm of Halden. */
function recipient(address: string): { name: string; company: string } {
  const [local = '', domain = ''] = address.split('@');
  const capital = (word: string) => word.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  return { name: local.split('.').map(capital).join(' '), company: capital(domain.split('.')[0] ?? '') };
}

function mailCandidate({ id, subject, to, status }: Mail): Candidate {
  const people = to.map(recipient);
  const names = people.map(({ name }) => name).join(', ');
  return {
    value: id,
    attributes: {
      subject,
      status,
      ...(people.length === 0 ? {} : { to: names }),
      ...(people[0] === undefined || people[0].company === 'Brightwater'
        ? {}
        : { company: people[0].company }),
    },
    label: `"${subject}"${names === '' ? '' : ` to ${names}`}${status === 'sent' ? ' (sent)' : ''}, ${id}`,
  };
}

function phraseMail(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { id, subject, to, company, status } = attributes;
  if (typeof id === 'string') return `the draft ${id}`;
  const noun = status === 'sent' ? 'the mail I sent' : status === 'draft' ? 'my draft' : 'my mail';
  const title =
    typeof subject === 'string' ? [random.pick([`"${subject}"`, `with the subject "${subject}"`])] : [];
  const whom = textOf(to) || textOf(company);
  return [noun, ...(whom === '' ? [] : [`to ${whom}`]), ...title].join(' ');
}

/** Which file is meant: of the sender's team, or one that is everybody's. */
export const fileSlot: Slot = {
  name: 'file',
  title: 'file',
  subject: true,
  question: ['Which file do you mean?', 'Which file should it be?'],
  candidates: ({ db, userId }) => filesFor(db, userId).map(fileCandidate),
  foreign({ db, userId }, random) {
    const team = personOf(db, userId)?.team;
    const [other] = random
      .shuffle([...db.rows('files')])
      .filter((file) => file.team !== 'Everyone' && file.team !== team && !file.confidential);
    return other && { value: other.name, attributes: { name: other.name }, label: other.name };
  },
  referBy: [['topic', 'kind'], ['name'], ['topic'], ['kind']],
  phrase({ name, topic, kind }) {
    if (typeof name === 'string') return `the file "${name}"`;
    if (typeof kind !== 'string') return `a file about ${spokenTopic(textOf(topic))}`;
    if (typeof topic === 'string') return `the ${kind} for ${spokenTopic(topic)}`;
    return kind.endsWith('s') ? `some ${kind}` : `${kind.startsWith('o') ? 'an' : 'a'} ${kind}`;
  },
  vague: ['a file', 'one of our files'],
  reads({ db, userId }, { name, topic, kind }) {
    const said = textOf(name) || textOf(topic) || textOf(kind);
    if (said !== '') return [read('find_files', { text: said })];
    const team = personOf(db, userId)?.team ?? '';
    return [readPeople(userId), read('find_files', { team }), read('find_files', { team: 'Everyone' })];
  },
};

const fileCandidate = ({ name, topic }: StoredFile): Candidate => ({
  value: name,
  attributes: { name, topic, kind: name.slice(topic.length + 1).split('.')[0] ?? '' },
  label: name,
});

/** The mail and file of a context, for descriptions. */
export function mailIn(context: Context): string {
  const mail = context.db.get('mail', textOf(context.values.mail));
  if (mail === undefined) return `mail ${textOf(context.values.mail)}`;
  return `"${mail.subject}"${mail.to.length === 0 ? '' : ` (to ${mail.to.join(', ')})`}`;
}
