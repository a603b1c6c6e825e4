import { z } from 'zod';
import { ToolError, toolsFor } from '#core/environment/index.ts';
import type { JsonObject } from '#core/environment/index.ts';
import { byAddress, personOf, principalsOf, type Db } from '../records.ts';
import type { AssistantDb, Person } from '../schema.ts';

const tool = toolsFor<AssistantDb>();
/** Fails unless such a person exists. */
export function requirePerson(db: Db, id: string): Person {
  const person = personOf(db, id);
  if (person === undefined) throw new ToolError(`There is nobody with the id ${id}.`);
  return person;
}

function matching(db: Db, text: string): Person[] {
  const wanted = text.toLowerCase();
  return [...db.rows('people')].filter(({ id, name, team }) => {
    const full = name.toLowerCase();
    return (
      id === wanted || full === wanted || team.toLowerCase() === wanted || full.split(' ').includes(wanted)
    );
  });
}

const entry = (db: Db, person: Person): JsonObject => ({
  ...person,
  acts_for: principalsOf(db, person.id).map(({ id }) => id),
});

export const personId = z.string().describe("A person's id, for example 'ana.costa'.");

export const peopleTools = [
  tool({
    name: 'identify_sender',
    description: 'Returns the id of the colleague who writes from an address.',
    kind: 'read',
    parameters: z.strictObject({
      email: z.string().describe("The address, for example 'ana.costa@brightwater.example'."),
    }),
    execute(db, { email }) {
      const [sender] = byAddress(db, email.toLowerCase());
      if (sender === undefined) throw new ToolError(`No colleague writes from ${email}.`);
      return sender.id;
    },
  }),
  tool({
    name: 'find_people',
    description:
      'Finds colleagues by id, by first, last or full name, or by team. Returns their entries in the directory: team, role (lead, member, assistant), working days and hours, whether they are flexible or work remotely, extension, delegates (who may act for them), and acts_for (for whom they may act).',
    kind: 'read',
    parameters: z.strictObject({
      text: z.string().describe("An id, a name or a team: 'ana.costa', 'Ana', 'Ana Costa', 'Finance'."),
    }),
    execute(db, { text }) {
      const found = matching(db, text);
      if (found.length === 0) throw new ToolError(`The directory has nobody for "${text}".`);
      return found.map((person) => entry(db, person));
    },
    shows: (db, { text }) => matching(db, text).map(({ id }) => ({ table: 'people', id })),
  }),
  tool({
    name: 'appoint_delegate',
    description: 'Lets a colleague act for a person in calendar matters. Returns the entry of that person.',
    kind: 'write',
    parameters: z.strictObject({
      person_id: personId.describe('The id of the person for whom somebody will act.'),
      delegate_id: personId.describe('The id of the colleague who will act for that person.'),
    }),
    execute(db, { person_id, delegate_id }) {
      const person = requirePerson(db, person_id);
      requirePerson(db, delegate_id);
      if (person_id === delegate_id) throw new ToolError('Nobody needs a delegate to act for themselves.');
      if (person.delegates.includes(delegate_id))
        throw new ToolError(`${delegate_id} may already act for ${person_id}.`);
      return db.update('people', person_id, (row) => {
        row.delegates.push(delegate_id);
      });
    },
  }),
];
