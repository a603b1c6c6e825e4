import type { Random } from '#core/environment/index.ts';
import type { LibraryDb } from './schema.ts';

const first = ['Ada', 'Bruno', 'Chiara', 'Dev', 'Elif', 'Femi', 'Greta', 'Hugo', 'Ines', 'Jonas'];
const last = ['Abel', 'Brandt', 'Costa', 'Diaz', 'Eriksen', 'Fischer', 'Grant', 'Haddad', 'Ito', 'Jansen'];
const adjectives = ['Silent', 'Burning', 'Hidden', 'Last', 'Golden', 'Broken', 'Distant', 'Crooked'];
const nouns = ['Harbour', 'Orchard', 'Letter', 'Winter', 'Bridge', 'Lantern', 'Garden', 'River'];
export const branches = ['Central', 'Northside', 'Riverside', 'Hilltop'];

/** A library of about `size` members; every member has loans, and some have holds. */
export function seedLibrary(random: Random, size: number): LibraryDb {
  const db: LibraryDb = { members: {}, books: {}, loans: {} };
  for (const [i, title] of adjectives.flatMap((a) => nouns.map((n) => `The ${a} ${n}`)).entries())
    db.books[`B${100 + i}`] = {
      id: `B${100 + i}`,
      title,
      branches: random.shuffle(branches).slice(0, random.int(1, 4)),
      waiting: random.pick([0, 0, 0, 1, 2]),
    };
  for (let i = 0; i < size; i += 1) {
    const card = `C${10000 + i}`;
    const own = random.shuffle(Object.values(db.books)).slice(0, random.int(2, 6));
    const loans = own.slice(1).map((book, j) => {
      const id = `L${20000 + i * 10 + j}`;
      db.loans[id] = {
        id,
        card,
        book: book.id,
        title: book.title,
        due: `2026-06-${String(random.int(1, 30)).padStart(2, '0')}`,
        renewed: random.chance(0.3),
      };
      return id;
    });
    const holds = random.chance(0.4)
      ? own.slice(0, 1).map((book) => ({ book: book.id, branch: book.branches[0] ?? 'Central' }))
      : [];
    db.members[card] = {
      card,
      name: `${random.pick(first)} ${random.pick(last)}`,
      born: String(random.int(1940, 2010)),
      loans,
      holds,
    };
  }
  return db;
}
