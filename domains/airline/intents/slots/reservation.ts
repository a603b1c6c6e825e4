import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import { spokenDate } from '../../calendar.ts';
import type { AirlineDb, Reservation } from '../../schema.ts';
import {
  cabinName,
  cityOf,
  readReservation,
  readReservations,
  reservationsOf,
  textOf,
  type Context,
} from '../lookup.ts';

export interface ReservationSlot {
  /** The reservations that such a request can sensibly be about; all when absent. */
  readonly only?: (reservation: Reservation, context: Context) => boolean;
  /** Set where somebody may ask about a stranger's reservation. */
  readonly foreign?: boolean;
  /** Attributes that would already tell what the request asks for. */
  readonly hide?: readonly string[];
}

const referBy = [
  ['to'],
  ['to', 'date'],
  ['id'],
  ['from', 'to'],
  ['date'],
  ['to', 'type'],
  ['to', 'cabin'],
  ['from', 'to', 'date'],
];

/** Which of their reservations the user means. */
export function reservationSlot({
  only,
  foreign = false,
  hide = [],
}: ReservationSlot = {}): SlotSpec<AirlineDb> {
  const fits = (reservation: Reservation, context: Context) => only?.(reservation, context) ?? true;
  return {
    name: 'reservation',
    title: 'reservation',
    subject: true,
    question: [
      'Which reservation is this about?',
      'Which of your trips do you mean?',
      'Could you tell me which reservation you have in mind?',
    ],
    candidates: (context) =>
      reservationsOf(context)
        .filter((one) => fits(one, context))
        .map(candidateOf),
    ...(foreign ? { foreign: (context: Context, random: Random) => strange(context, random, fits) } : {}),
    referBy: referBy.filter((names) => !names.some((name) => hide.includes(name))),
    phrase: phraseReservation,
    vague: ['one of my trips', 'one of my reservations', 'a trip of mine'],
    reads(context, mentioned) {
      const { id } = mentioned;
      return typeof id === 'string' ? [readReservation(id)] : readReservations(context);
    },
  };
}

const typeName = ({ flight_type }: Reservation) => (flight_type === 'one_way' ? 'one-way' : 'round');

function candidateOf(reservation: Reservation): Candidate {
  const { reservation_id, origin, destination, flights, cabin, status } = reservation;
  const date = flights[0]?.date ?? '';
  return {
    value: reservation_id,
    attributes: {
      id: reservation_id,
      from: cityOf(origin),
      to: cityOf(destination),
      date,
      type: typeName(reservation),
      cabin: cabinName(cabin),
    },
    label: `reservation ${reservation_id} (${cityOf(origin)} to ${cityOf(destination)}, ${spokenDate(date)}${status === null ? '' : ', cancelled'})`,
  };
}

function strange(
  context: Context,
  random: Random,
  fits: (reservation: Reservation, context: Context) => boolean,
): Candidate | undefined {
  const { db, userId } = context;
  const ids = db.ids('reservations');
  for (let tries = 0; tries < 40 && ids.length > 0; tries += 1) {
    const other = db.get('reservations', random.pick(ids));
    if (other === undefined || other.user_id === userId || !fits(other, context)) continue;
    // A stranger's reservation can only be known by its id.
    const id = other.reservation_id;
    return { value: id, attributes: { id }, label: `reservation ${id}` };
  }
  return undefined;
}

function phraseReservation(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { id, date, cabin, type } = attributes;
  const [from, to] = [textOf(attributes.from), textOf(attributes.to)];
  if (typeof id === 'string')
    return random.pick([`reservation ${id}`, `my reservation ${id}`, `booking ${id}`]);
  const when = typeof date === 'string' ? spokenDate(date) : '';
  if (to === '') return random.pick([`the trip that starts on ${when}`, `my trip on ${when}`]);
  const noun = typeof type === 'string' ? `${type} trip` : 'trip';
  const route = from === '' ? `to ${to}` : `from ${from} to ${to}`;
  const trip = typeof cabin === 'string' ? `${cabin} trip` : noun;
  const on = when === '' ? '' : ` on ${when}`;
  const ways = [`my ${trip} ${route}${on}`, `the ${trip} ${route}${on}`];
  if (trip === 'trip' && from === '') ways.push(`my reservation to ${to}${on}`);
  return random.pick(ways);
}
