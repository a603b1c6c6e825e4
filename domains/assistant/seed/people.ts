import type { Random } from '#core/environment/index.ts';
import { weekdays } from '../clock.ts';
import { company, teams, type Person } from '../schema.ts';
import { familyNames, givenNames } from './names.ts';

const FIRST_EXTENSION = 210;
const shifts = [
  { from: '08:00', to: '16:00' },
  { from: '09:00', to: '17:00' },
  { from: '09:00', to: '17:00' },
  { from: '10:00', to: '18:00' },
];

/** `size` colleagues in up to five teams, each with a lead. Some may act for others. */
export function drawPeople(random: Random, size: number): Person[] {
  const names = drawNames(random.fork('names'), size);
  const count = Math.min(teams.length, Math.ceil(size / 5));
  const people = names.map((name, i) => drawPerson(name, i, count, random));
  const appointed = random.fork('delegates');
  return people.map((person) => ({ ...person, delegates: drawDelegates(person, people, appointed) }));
}

/** Different names. Fewer given names than people, so that some are shared: "Ana" may be two people. */
function drawNames(random: Random, size: number): string[] {
  const given = random.shuffle(givenNames).slice(0, Math.max(6, Math.ceil(size * 0.8)));
  const names = new Set<string>();
  while (names.size < size) {
    const family = [random.pick(familyNames)];
    // A large company runs out of plain names.
    if (random.chance(size / 4000)) family.push(random.pick(familyNames));
    names.add(`${random.pick(given)} ${[...new Set(family)].join('-')}`);
  }
  return [...names];
}

function drawPerson(name: string, i: number, teamCount: number, random: Random): Person {
  const id = name.toLowerCase().replace(' ', '.');
  const dayOff = random.chance(0.2) ? random.pick(weekdays) : undefined;
  return {
    id,
    name,
    email: `${id}@${company}`,
    extension: String(FIRST_EXTENSION + i),
    team: teams[i % teamCount] ?? 'Design',
    role: i < teamCount ? 'lead' : random.chance(0.1) ? 'assistant' : 'member',
    days: weekdays.filter((weekday) => weekday !== dayOff),
    hours: random.pick(shifts),
    flexible: random.chance(0.15),
    remote: random.chance(0.15),
    delegates: [],
  };
}

function drawDelegates(person: Person, people: readonly Person[], random: Random): string[] {
  const able = people.filter(
    (other) => other.id !== person.id && (other.team === person.team || other.role === 'assistant'),
  );
  const count = person.role === 'lead' ? random.pick([0, 1, 2, 2]) : random.pick([0, 0, 0, 0, 1, 2]);
  return random
    .shuffle(able)
    .slice(0, count)
    .map(({ id }) => id);
}
