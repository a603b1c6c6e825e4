import { z } from 'zod';
import { ToolError, toolsFor } from '#core/environment/index.ts';
import { mailOf, sizeOf, type Db } from '../records.ts';
import { teams, type AssistantDb, type Mail, type StoredFile } from '../schema.ts';
import { personId, requirePerson } from './people.ts';

const tool = toolsFor<AssistantDb>();
/** What the files of one mail may weigh. */
export const MOST_MB = 20;
const mailId = z.string().describe("A mail's id, for example 'E2017'.");

function requireDraft(db: Db, id: string): Mail {
  const mail = db.get('mail', id);
  if (mail === undefined) throw new ToolError(`There is no mail ${id}.`);
  if (mail.status === 'sent') throw new ToolError(`Mail ${id} was sent already.`);
  return mail;
}

function matching(db: Db, text: string | undefined, team: string | undefined): StoredFile[] {
  const wanted = text?.toLowerCase();
  return [...db.rows('files')].filter(
    (file) =>
      (team === undefined || file.team === team) &&
      (wanted === undefined || file.name.toLowerCase().includes(wanted)),
  );
}

export const mailTools = [
  tool({
    name: 'get_mail',
    description: 'Returns the drafts that a person wrote and the mails that they sent.',
    kind: 'read',
    parameters: z.strictObject({ person_id: personId }),
    execute(db, { person_id }) {
      requirePerson(db, person_id);
      return mailOf(db, person_id);
    },
    shows: (db, { person_id }) => mailOf(db, person_id).map(({ id }) => ({ table: 'mail', id })),
  }),
  tool({
    name: 'find_files',
    description:
      'Finds files by a part of their name, by team, or both. Returns name, topic, team, whether they are confidential, and size.',
    kind: 'read',
    parameters: z.strictObject({
      text: z.string().optional().describe("A part of the name, for example 'Halden'."),
      team: z
        .enum([...teams, 'Everyone'])
        .optional()
        .describe("The team that the files belong to; 'Everyone' for those that are everybody's."),
    }),
    execute: (db, { text, team }) => matching(db, text, team),
    shows: (db, { text, team }) => matching(db, text, team).map(({ name }) => ({ table: 'files', id: name })),
  }),
  tool({
    name: 'attach_file',
    description: 'Attaches a file to a draft. Returns the draft.',
    kind: 'write',
    parameters: z.strictObject({
      mail_id: mailId,
      file: z.string().describe("The file's name, for example 'Halden offer.pdf'."),
    }),
    execute(db, { mail_id, file }) {
      const mail = requireDraft(db, mail_id);
      if (db.get('files', file) === undefined) throw new ToolError(`There is no file "${file}".`);
      if (mail.attachments.includes(file)) throw new ToolError(`"${file}" is attached already.`);
      if (sizeOf(db, [...mail.attachments, file]) > MOST_MB)
        throw new ToolError(`The attachments would exceed ${MOST_MB} MB.`);
      return db.update('mail', mail_id, (row) => {
        row.attachments.push(file);
      });
    },
  }),
  tool({
    name: 'send_mail',
    description: 'Sends a draft to its recipients. It cannot be taken back. Returns the mail.',
    kind: 'write',
    parameters: z.strictObject({ mail_id: mailId }),
    execute(db, { mail_id }) {
      const mail = requireDraft(db, mail_id);
      if (mail.to.length === 0) throw new ToolError(`Mail ${mail_id} has no recipient.`);
      return db.update('mail', mail_id, (row) => {
        row.status = 'sent';
      });
    },
  }),
];
