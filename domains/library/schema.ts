import { z } from 'zod';
import type { Random } from '#core/environment/index.ts';

const text = z.string();
const member = z.object({ card: text, name: text, loans: z.array(text) });
const loan = z.object({ id: text, card: text, title: text, due: text, renewed: z.boolean(), branch: text });

/** Members, and the books that they have on loan. */
export const librarySchema = z.strictObject({ members: z.record(text, member), loans: z.record(text, loan) });
export type LibraryDb = z.infer<typeof librarySchema>;

/** Where loans can be handed back. */
export const branches = ['Central', 'Northside', 'Riverside', 'Hilltop'] as const;
const first = ['Ada', 'Bruno', 'Chiara', 'Dev', 'Elif', 'Femi', 'Greta'];
const last = ['Abel', 'Costa', 'Diaz', 'Eriksen', 'Grant', 'Ito', 'Jansen'];
const nouns = ['Harbour', 'Orchard', 'Letter', 'Winter', 'Lantern', 'Garden', 'River'];
const titles = ['Silent', 'Burning', 'Hidden'].flatMap((how) => nouns.map((noun) => `The ${how} ${noun}`));

/** A library of `size` members with three to six loans each. */
export function seedLibrary(random: Random, size: number): LibraryDb {
  const db: LibraryDb = { members: {}, loans: {} };
  for (let m = 0; m < size; m += 1) {
    const card = `C${10_000 + m}`;
    const member = { card, name: `${random.pick(first)} ${random.pick(last)}`, loans: [] as string[] };
    for (const title of random.shuffle(titles).slice(0, random.int(3, 6))) {
      const id = `L${20_000 + 10 * m + member.loans.length}`;
      const due = `2026-06-${random.int(10, 30)}`;
      db.loans[id] = { id, card, title, due, renewed: random.chance(0.3), branch: random.pick(branches) };
      member.loans.push(id);
    }
    db.members[card] = member;
  }
  return db;
}
