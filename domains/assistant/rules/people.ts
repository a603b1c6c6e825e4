import type { RuleSpec } from '#core/environment/index.ts';
import { nameOf, personOf, type Db } from '../records.ts';
import type { AssistantDb, Person } from '../schema.ts';
import { argumentsWith, rowsOf, rule, text } from './situation.ts';

const appointing = ['appoint_delegate'];
const MOST = 2;

const mayServe = (delegate: Person, person: Person): boolean =>
  delegate.team === person.team || delegate.role === 'assistant';

function anotherDelegate(db: Db, person: Person): Person | undefined {
  return [...db.rows('people')].find(
    (other) => other.id !== person.id && mayServe(other, person) && !person.delegates.includes(other.id),
  );
}

/** Who may act for whom. */
export const peopleRules: readonly RuleSpec<AssistantDb>[] = [
  rule(
    'delegate.own',
    'People appoint delegates for themselves only.',
    'ownership',
    appointing,
    ({ db, call, userId }) => {
      const person = text(call, 'person_id');
      if (userId === null || person === userId) return null;
      return {
        reason: `${nameOf(db, userId)} cannot appoint anybody for ${nameOf(db, person)}.`,
        record: { table: 'people', id: person },
        flip: argumentsWith(call, { person_id: userId }),
      };
    },
  ),
  rule(
    'delegate.team',
    'A delegate is a colleague of the same team, or an office assistant.',
    'choice',
    appointing,
    ({ db, call }) => {
      const person = personOf(db, text(call, 'person_id'));
      const delegate = personOf(db, text(call, 'delegate_id'));
      if (person === undefined || delegate === undefined || mayServe(delegate, person)) return null;
      const other = anotherDelegate(db, person);
      return {
        reason: `${delegate.name} is a ${delegate.role} in ${delegate.team}, and ${person.name} is in ${person.team}.`,
        record: { table: 'people', id: delegate.id },
        ...(other === undefined ? {} : { flip: argumentsWith(call, { delegate_id: other.id }) }),
      };
    },
  ),
  rule('delegate.two', 'Nobody has more than two delegates.', 'state', appointing, ({ db, call }) => {
    const person = personOf(db, text(call, 'person_id'));
    if (person === undefined || person.delegates.length < MOST) return null;
    return {
      reason: `${person.name} already has ${person.delegates.length} delegates.`,
      record: { table: 'people', id: person.id },
      flip: rowsOf('people', {
        [person.id]: { ...person, delegates: person.delegates.slice(0, MOST - 1) },
      }),
    };
  }),
  rule(
    'delegate.once',
    "Nobody becomes their own delegate, or somebody's delegate twice.",
    'choice',
    appointing,
    ({ db, call }) => {
      const person = personOf(db, text(call, 'person_id'));
      const id = text(call, 'delegate_id');
      if (person === undefined || (id !== person.id && !person.delegates.includes(id))) return null;
      const other = anotherDelegate(db, person);
      return {
        reason: `${nameOf(db, id)} may already act for ${person.name}.`,
        record: { table: 'people', id: person.id },
        ...(other === undefined ? {} : { flip: argumentsWith(call, { delegate_id: other.id }) }),
      };
    },
  ),
];
