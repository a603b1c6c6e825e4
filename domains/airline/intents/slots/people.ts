import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import { sameJson } from '#core/environment/index.ts';
import { spokenBirthday } from '../../calendar.ts';
import type { AirlineDb, Person } from '../../schema.ts';
import { drawPerson } from '../../seed/people.ts';
import {
  counted,
  fullName,
  listed,
  personOf,
  readReservation,
  readUser,
  reservationIn,
  textOf,
  userIn,
  valueOf,
  type Context,
} from '../lookup.ts';

type Slot = SlotSpec<AirlineDb>;

export function selfOf(context: Context): Person | undefined {
  const user = userIn(context);
  return user === undefined ? undefined : { ...user.name, dob: user.dob };
}

/** Who travels: the user and people they saved in their profile. */
export const partySlot: Slot = {
  name: 'passengers',
  title: 'passengers',
  // As many tickets as there are travellers: fewer would be no alternative, though they may change their mind.
  subject: true,
  preference: true,
  question: ['Who is travelling?', 'For whom is the booking?'],
  vague: ['some tickets'],
  candidates(context) {
    const self = selfOf(context);
    if (self === undefined) return [];
    const saved = userIn(context)?.saved_passengers ?? [];
    const parties: (readonly Person[])[] = [
      [self],
      ...saved.map((one) => [self, one]),
      ...saved.map((one) => [one]),
      ...(saved.length > 2 ? [[self, ...saved.slice(0, 2)]] : []),
      ...(saved.length > 1 ? [[self, ...saved]] : []),
    ];
    return parties.map((party) => {
      const names = listed(party.map((one) => (one === self ? 'me' : fullName(one))));
      return {
        value: party.map((one) => ({ ...one })),
        attributes: { tickets: `${counted(party.length, 'ticket')} for ${names}`, size: party.length },
        label: listed(party.map(fullName)),
      };
    });
  },
  referBy: [['tickets'], ['size']],
  phrase: ({ tickets, size }) => (typeof size === 'number' ? counted(size, 'ticket') : textOf(tickets)),
  reads: (context) => [readUser(context)],
};

/** Which passenger of the reservation. */
export const passengerSlot: Slot = {
  name: 'passenger',
  title: 'passenger',
  subject: true,
  question: ['Which passenger do you mean?', 'Which of the passengers is it?'],
  vague: ['one of the passengers'],
  candidates: (context) =>
    (reservationIn(context)?.passengers ?? []).map((person) => ({
      value: { ...person },
      attributes: { name: fullName(person), first: person.first_name },
      label: fullName(person),
    })),
  referBy: [['name'], ['first']],
  phrase: ({ name, first }) => textOf(name ?? first),
  reads: (context) => [readReservation(valueOf(context, 'reservation'))],
};

const personCandidate = (person: Person): Candidate => ({
  value: { ...person },
  attributes: { name: fullName(person) },
  label: `${fullName(person)}, born on ${spokenBirthday(person.dob)}`,
});

function phrasePerson(attributes: Readonly<Record<string, Json>>): string {
  const person = personOf(attributes.value);
  return person === undefined
    ? textOf(attributes.name)
    : `${fullName(person)}, born on ${spokenBirthday(person.dob)}`;
}

/** Who is to travel instead, or as well: somebody from the profile, or somebody new. */
export const newPersonSlot: Slot = {
  name: 'person',
  title: 'new passenger',
  question: [
    'What are the name and the date of birth of the new passenger?',
    'Could you give me the full name and the date of birth of the new passenger?',
  ],
  open: true,
  vague: ['somebody else', 'another person'],
  candidates(context) {
    const on = reservationIn(context)?.passengers ?? [];
    const self = selfOf(context);
    const known = [...(self === undefined ? [] : [self]), ...(userIn(context)?.saved_passengers ?? [])];
    return known
      .filter((one) => !on.some((other) => sameJson({ ...other }, { ...one })))
      .map(personCandidate);
  },
  sample: (_, random) => personCandidate(drawPerson(random)),
  referBy: [['name']],
  phrase: phrasePerson,
  reads: (context, mentioned) => (mentioned.value === undefined ? [readUser(context)] : []),
};

/** What the details of a passenger should have been: one of them is wrong. */
export const correctionSlot: Slot = {
  name: 'correction',
  title: 'right details',
  question: ['What should the name and the date of birth be?', 'How should the details read?'],
  open: true,
  vague: ['something else'],
  candidates: () => [],
  sample(context, random) {
    const person = personOf(context.values.passenger);
    const other = drawPerson(random);
    if (person === undefined) return personCandidate(other);
    const wrong = drawWrong(person, other, random);
    return personCandidate({ ...person, ...wrong });
  },
  referBy: [['name']],
  phrase: phrasePerson,
  reads: () => [],
};

/** What was entered wrongly, as it should be: a name that lacked its second part, one from before, or a day. */
function drawWrong(person: Person, other: Person, random: Random): Partial<Person> {
  switch (random.pick(['first_name', 'last_name', 'dob'] as const)) {
    case 'first_name':
      return { first_name: `${person.first_name} ${other.first_name}` };
    case 'last_name':
      return { last_name: other.last_name };
    case 'dob':
      return { dob: `${person.dob.slice(0, 8)}${String(random.int(1, 28)).padStart(2, '0')}` };
  }
}
