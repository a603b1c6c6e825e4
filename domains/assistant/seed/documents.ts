import type { Random } from '#core/environment/index.ts';
import { company, teams, type Mail, type Person, type StoredFile } from '../schema.ts';
import { spokenTopic, topics } from '../topics.ts';

const kinds: readonly (readonly [kind: string, extension: string, confidential: number])[] = [
  ['offer', 'pdf', 0.5],
  ['contract', 'pdf', 0.8],
  ['cost sheet', 'xlsx', 0.6],
  ['slides', 'pptx', 0.1],
  ['notes', 'docx', 0.1],
  ['schedule', 'xlsx', 0],
];

/** The company's files, at most one of a kind for each topic. */
export function drawFiles(random: Random): StoredFile[] {
  return topics.flatMap(({ name: topic }) =>
    kinds.flatMap(([kind, extension, confidential]): StoredFile[] =>
      random.chance(0.25)
        ? []
        : [
            {
              name: `${topic} ${kind}.${extension}`,
              topic,
              team: random.chance(0.3) ? 'Everyone' : random.pick(teams),
              confidential: random.chance(confidential),
              size_mb: random.pick([1, 1, 2, 3, 4, 6, 8, 12]),
            },
          ],
    ),
  );
}

const partners = [
  'lena.holm@halden.example',
  'paul.reiter@halden.example',
  'ida.solberg@corvane.example',
  'marc.delon@lumeris.example',
  'eva.lindqvist@lumeris.example',
  'tariq.aziz@norfield.example',
  'joan.pell@pellwood.example',
  'nils.aker@vireo.example',
];
const subjects = ['Next steps for *', 'Questions about *', 'Dates for *', 'Our offer for *', 'Minutes on *'];
const MOST_MB = 20;

/** Two to four mails of everybody: drafts, some of them complete, and mails that were sent. */
export function drawMail(people: readonly Person[], files: readonly StoredFile[], random: Random): Mail[] {
  const mails: Mail[] = [];
  for (const author of people) {
    const own = random.shuffle(files.filter(({ team }) => team === 'Everyone' || team === author.team));
    const used = new Set<string>();
    for (let left = random.pick([2, 3, 3, 4]); left > 0; left -= 1) {
      const to = drawRecipients(author, people, random);
      const topic = random.pick(topics).name;
      const subject = random.pick(subjects).replace('*', spokenTopic(topic));
      if (used.has(subject)) continue;
      used.add(subject);
      const external = to.some((address) => !address.endsWith(`@${company}`));
      const fit = own.filter(({ confidential }) => !confidential || (!external && to.length > 0));
      mails.push({
        id: `E${2001 + mails.length}`,
        author: author.id,
        subject,
        to,
        attachments: drawAttachments(fit, random),
        status: to.length > 0 && random.chance(0.25) ? 'sent' : 'draft',
      });
    }
  }
  return withSlips(mails, people, files, random);
}

function drawRecipients(author: Person, people: readonly Person[], random: Random): string[] {
  if (random.chance(0.08)) return [];
  if (random.chance(0.6)) return [random.pick(partners)];
  const others = people.filter((person) => person !== author);
  return others.length === 0 ? [random.pick(partners)] : [random.pick(others).email];
}

function drawAttachments(files: readonly StoredFile[], random: Random): string[] {
  const chosen: StoredFile[] = [];
  for (let left = random.pick([0, 0, 1, 1, 2]); left > 0 && files.length > 0; left -= 1) {
    const file = random.pick(files);
    const size = chosen.reduce((sum, { size_mb }) => sum + size_mb, file.size_mb);
    if (!chosen.includes(file) && size <= MOST_MB) chosen.push(file);
  }
  return chosen.map(({ name }) => name);
}

/** Some drafts hold what must not leave the company: people are about to make that mistake. */
function withSlips(
  mails: readonly Mail[],
  people: readonly Person[],
  files: readonly StoredFile[],
  random: Random,
): Mail[] {
  return mails.map((mail) => {
    const team = people.find(({ id }) => id === mail.author)?.team;
    const secret = files.filter(
      (file) => file.confidential && (file.team === team || file.team === 'Everyone'),
    );
    const external = mail.to.some((address) => !address.endsWith(`@${company}`));
    if (mail.status === 'sent' || !external || secret.length === 0 || !random.chance(0.15)) return mail;
    return { ...mail, attachments: [random.pick(secret).name] };
  });
}
