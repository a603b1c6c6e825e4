import type { Random } from '#core/environment/index.ts';
import { branches, type LibraryDb } from './schema.ts';

const names = [
  'Ada Abel',
  'Bruno Costa',
  'Chiara Diaz',
  'Dev Eriksen',
  'Elif Grant',
  'Femi Ito',
  'Greta Jansen',
];
const titles = ['Silent', 'Burning', 'Hidden', 'Golden'].flatMap((adjective) =>
  ['Harbour', 'Orchard', 'Letter', 'Winter', 'Lantern'].map((noun) => `The ${adjective} ${noun}`),
);

/** A library of `size` members with three to six loans each. */
export function seedLibrary(random: Random, size: number): LibraryDb {
  const db: LibraryDb = { members: {}, loans: {} };
  for (let m = 0; m < size; m += 1) {
    const card = `C${10_000 + m}`;
    const member = { card, name: random.pick(names), loans: [] as string[] };
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
