import type { Random } from '#core/environment/index.ts';
import { days, today } from '../clock.ts';
import type { Person, Task } from '../schema.ts';
import { topics } from '../topics.ts';

const jobs = [
  'Check the * contract',
  'Prepare the * slides',
  'Update the * schedule',
  'Write the * offer',
  'Review the * cost sheet',
  'Plan the * workshop',
];

/** Two to seven tasks of everybody. Some wait for another one of the same team. */
export function drawTasks(people: readonly Person[], random: Random): Task[] {
  const tasks: Task[] = [];
  for (const person of people) {
    const lead = people.find(({ team, role }) => team === person.team && role === 'lead') ?? person;
    const mates = people.filter(({ team }) => team === person.team);
    for (const title of drawTitles(random)) {
      const creator = random.pick([person, person, lead, lead, random.pick(mates)]);
      const before = tasks.filter((task) => task.team === person.team);
      const done = random.chance(0.15);
      tasks.push({
        id: `T${3001 + tasks.length}`,
        title,
        team: person.team,
        assignee: person.id,
        created_by: creator.id,
        due: random.pick(days.filter(({ date }) => done || date >= today || random.chance(0.2))).date,
        status: done ? 'done' : 'open',
        waits_for: !done && before.length > 0 && random.chance(0.25) ? random.pick(before).id : null,
      });
    }
  }
  return tasks;
}

function drawTitles(random: Random): string[] {
  const own = random.shuffle(topics).slice(0, 3);
  const count = random.pick([2, 3, 3, 4, 5, 6, 7]);
  const titles = new Set<string>();
  while (titles.size < count)
    titles.add(random.pick(jobs).replace('*', random.pick(random.chance(0.7) ? own : topics).name));
  return [...titles];
}
