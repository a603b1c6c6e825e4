import type { Random } from '#core/environment/index.ts';
import type { AssistantDb } from '../schema.ts';
import { drawFiles, drawMail } from './documents.ts';
import { drawMeetings } from './meetings.ts';
import { drawPeople } from './people.ts';
import { rooms } from './rooms.ts';
import { drawTasks } from './tasks.ts';

/** A company of `size` people with two weeks of their work. Each part draws from a source of its own. */
export function seed(random: Random, size: number): AssistantDb {
  const people = drawPeople(random.fork('people'), size);
  const files = drawFiles(random.fork('files'));
  return {
    people: byId(people, ({ id }) => id),
    meetings: byId(drawMeetings(people, Object.values(rooms), random.fork('meetings')), ({ id }) => id),
    rooms: { ...rooms },
    mail: byId(drawMail(people, files, random.fork('mail')), ({ id }) => id),
    files: byId(files, ({ name }) => name),
    tasks: byId(drawTasks(people, random.fork('tasks')), ({ id }) => id),
  };
}

const byId = <Row>(rows: readonly Row[], id: (row: Row) => string): Record<string, Row> =>
  Object.fromEntries(rows.map((row) => [id(row), row]));
