import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import { principalsOf } from '../../records.ts';
import type { AssistantDb, Person } from '../../schema.ts';
import { readPeople, textOf, type Context } from '../lookup.ts';

type Slot = SlotSpec<AssistantDb>;

export interface ColleagueSlot {
  readonly question: readonly string[];
  readonly vague?: readonly string[];
  /** Whom it cannot be; the sender when absent. */
  readonly not?: (context: Context) => string;
}

/** Which colleague is meant. */
export function colleagueSlot({ question, vague, not }: ColleagueSlot): Slot {
  return {
    name: 'colleague',
    title: 'colleague',
    question,
    candidates: (context) =>
      [...context.db.rows('people')]
        .filter(({ id }) => id !== (not?.(context) ?? context.userId))
        .map(candidateOf),
    referBy: [['leads'], ['first'], ['name'], ['first', 'team'], ['name', 'team'], ['team']],
    phrase: phrasePerson,
    vague: vague ?? ['a colleague', 'one of my colleagues'],
    reads: (_, { name, first, leads, team }) => {
      const said = [name, first, leads, team].find((part) => typeof part === 'string');
      return typeof said === 'string' ? [readPeople(said)] : [];
    },
  };
}

const candidateOf = ({ id, name, team, role }: Person): Candidate => ({
  value: id,
  attributes: {
    name,
    first: name.split(' ')[0] ?? name,
    team,
    ...(role === 'lead' ? { leads: team } : {}),
  },
  label: `${name} (${role === 'lead' ? `lead of ${team}` : team})`,
});

function phrasePerson({ name, first, team, leads }: Readonly<Record<string, Json>>, random: Random): string {
  if (typeof leads === 'string') return random.pick([`the head of ${leads}`, `whoever leads ${leads}`]);
  const known = textOf(name) || textOf(first);
  const from = typeof team !== 'string' ? '' : `from ${team}`;
  return known === '' ? `someone ${from}` : `${known} ${from}`.trim();
}

/** For whom the sender acts. */
export const principalSlot: Slot = {
  name: 'principal',
  title: 'person you act for',
  question: ['For whom is the meeting?', 'In whose name should I set it up?'],
  candidates: ({ db, userId }) =>
    principalsOf(db, userId).map(({ id, name }) => ({
      value: id,
      attributes: { first: name.split(' ')[0] ?? name, name },
      label: name,
    })),
  // By full name: whoever it is, they are not on the sender's list.
  foreign({ db, userId }, random) {
    const others = [...db.rows('people')].filter(
      ({ id, delegates }) => id !== userId && !delegates.includes(userId),
    );
    const [other] = random.shuffle(others);
    return other && { value: other.id, attributes: { name: other.name }, label: other.name };
  },
  referBy: [['first'], ['name']],
  phrase: ({ name, first }) => textOf(name) || textOf(first),
  vague: ['somebody I work for', 'the person I work for'],
  // The directory says for whom the sender may act, and who somebody else's delegates are.
  reads: ({ userId }, { name }) => [
    readPeople(userId),
    ...(typeof name === 'string' ? [readPeople(name)] : []),
  ],
};
