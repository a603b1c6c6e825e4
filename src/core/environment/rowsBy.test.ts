import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { rowsBy } from './rowsBy.ts';
import { State, type Database } from './state.ts';
import type { JsonObject } from './json.ts';

const topicsOf = (row: JsonObject) => row.topics as string[];
const byTopic = rowsBy<Database, string>('books', topicsOf);
const topic = fc.constantFrom('art', 'law', 'sea');
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const topics = fc.array(topic, { maxLength: 3 });
const books = fc
  .dictionary(id, topics)
  .map((all) => Object.fromEntries(Object.entries(all).map(([key, own]) => [key, { id: key, topics: own }])));
const edits = fc.array(fc.tuple(id, fc.option(topics)), { maxLength: 6 });

it('finds nothing under a key that no row has', () => {
  const state = State.of({ books: { a: { id: 'a', topics: ['art'] } } });
  expect(state.edit((draft) => byTopic(draft, 'law')).result).toEqual([]);
});

test.prop([books, edits, topic])(
  'finds what a walk over the table finds, in its order',
  (base, changes, wanted) => {
    const { state } = State.of({ books: base }).edit((draft) => {
      for (const [key, own] of changes) {
        if (own === null) draft.remove('books', key);
        else draft.put('books', key, { id: key, topics: own });
        const walked = [...draft.rows('books')].filter((row) => topicsOf(row).includes(wanted));
        expect(byTopic(draft, wanted)).toEqual(walked);
      }
    });
    const walked = [...state.rows('books')].filter((row) => topicsOf(row).includes(wanted));
    expect(byTopic(state, wanted)).toEqual(walked);
  },
);
