import type { Random } from '#core/environment/index.ts';
import { dayOn, endOf, overlap, type Span } from '../clock.ts';
import type { Person, Room } from '../schema.ts';

/** Who and what is taken when, while a calendar is drawn. */
export class Diary {
  readonly #taken = new Map<string, Span[]>();
  readonly #rooms: readonly Room[];

  constructor(rooms: readonly Room[]) {
    this.#rooms = rooms;
  }

  /** Whether all of them work and are free then. Wednesday afternoons are nobody's. */
  isFree(people: readonly Person[], day: string, span: Span): boolean {
    const weekday = dayOn(day)?.weekday;
    if (weekday === undefined || (weekday === 'Wednesday' && endOf(span) > '13:00')) return false;
    return people.every(
      ({ id, days, hours }) =>
        days.includes(weekday) &&
        hours.from <= span.start &&
        endOf(span) <= hours.to &&
        !this.#isTaken(id, day, span),
    );
  }

  /** A free room that is large enough, and has a screen where somebody joins by video. */
  findRoom(
    organizer: Person,
    present: readonly Person[],
    day: string,
    span: Span,
    random: Random,
  ): string | null {
    const remote = present.some((person) => person.remote);
    const fit = this.#rooms.filter(
      ({ name, seats, video, leads_only }) =>
        seats >= present.length &&
        seats <= present.length + 6 &&
        (video || !remote) &&
        (!leads_only || organizer.role === 'lead') &&
        !this.#isTaken(name, day, span),
    );
    return fit.length === 0 ? null : random.pick(fit).name;
  }

  book(people: readonly Person[], room: string | null, day: string, span: Span): void {
    for (const name of [...people.map(({ id }) => id), ...(room === null ? [] : [room])])
      this.#spans(name, day).push(span);
  }

  #isTaken(name: string, day: string, span: Span): boolean {
    return this.#spans(name, day).some((other) => overlap(other, span));
  }

  #spans(name: string, day: string): Span[] {
    const key = `${name} ${day}`;
    let spans = this.#taken.get(key);
    if (spans === undefined) this.#taken.set(key, (spans = []));
    return spans;
  }
}
