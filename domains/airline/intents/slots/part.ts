import type { SlotSpec } from '#core/environment/index.ts';
import { isFlown, partsOf, type Direction } from '../../journeys.ts';
import type { AirlineDb, Segment } from '../../schema.ts';
import { cityOf, readReservation, reservationIn, textOf, valueOf } from '../lookup.ts';

const words: Readonly<Record<string, readonly string[]>> = {
  outbound: ['the outbound flight', 'the outward flight'],
  return: ['the return flight', 'the flight back'],
  only: ['the flight'],
};
const directions: readonly Direction[] = ['outbound', 'return'];

/** Which part of a trip: there or back, as far as it lies ahead. */
export const partSlot: SlotSpec<AirlineDb> = {
  name: 'part',
  title: 'part of the trip',
  question: ['Is it about the outbound or the return flight?', 'Which flight of the trip do you mean?'],
  vague: ['a flight', 'one of the flights'],
  candidates(context) {
    const reservation = reservationIn(context);
    if (reservation === undefined) return [];
    const parts = partsOf(reservation);
    const isAhead = (segments: readonly Segment[]) =>
      segments.length > 0 && !segments.some((segment) => isFlown(context.db, segment));
    return directions
      .filter((direction) => isAhead(parts[direction]))
      .map((direction) => ({
        value: direction,
        attributes: { part: reservation.flight_type === 'one_way' ? 'only' : direction },
        label: `the ${direction} flight`,
      }));
  },
  referBy: [['part']],
  phrase: ({ part }, random) => random.pick(words[textOf(part)] ?? ['the flight']),
  reads: (context) => [readReservation(valueOf(context, 'reservation'))],
};

/** Which single flight of a reservation. */
export const segmentSlot: SlotSpec<AirlineDb> = {
  name: 'segment',
  title: 'flight',
  question: ['Which flight of the trip do you mean?', 'Which of the flights is it?'],
  vague: ['one of the flights'],
  candidates(context) {
    const flights = reservationIn(context)?.flights ?? [];
    return flights.map(({ flight_number, date, origin, destination }) => ({
      value: { flight_number, date },
      attributes: { from: cityOf(origin), to: cityOf(destination), number: flight_number },
      label: `${flight_number} from ${cityOf(origin)} to ${cityOf(destination)}`,
    }));
  },
  referBy: [['from', 'to'], ['number'], ['from'], ['to']],
  phrase({ from, to, number }, random) {
    if (typeof number === 'string') return `flight ${number}`;
    if (typeof from !== 'string') return `the flight to ${textOf(to)}`;
    return typeof to === 'string'
      ? random.pick([`the flight from ${from} to ${to}`, `the leg from ${from} to ${to}`])
      : `the flight that leaves from ${from}`;
  },
  reads: (context) => [readReservation(valueOf(context, 'reservation'))],
};
