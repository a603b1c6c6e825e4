import { z } from 'zod';
import { transferTool } from '#core/environment/index.ts';
import { airports } from '../airports.ts';
import { calculatorOf } from '../../tau2/index.ts';
import { getDay, getReservation, getUser, tool, TOOLKIT } from './lookup.ts';
import { date, destination, flightNumber, origin, reservationId, userId } from './parameters.ts';
import { searchDirect, searchOneStop } from './search.ts';

/** Tools that change nothing. */
export const reads = [
  tool({
    name: 'get_user_details',
    description:
      "Returns a user's profile: name, address, email, date of birth, payment methods with balances, saved passengers, membership and the ids of their reservations.",
    kind: 'read',
    parameters: z.strictObject({ user_id: userId }),
    execute: (db, { user_id }) => getUser(db, user_id),
    shows: (_db, { user_id }) => [{ table: 'users', id: user_id }],
  }),
  tool({
    name: 'get_reservation_details',
    description:
      'Returns a reservation: route, cabin, flights with the prices paid per person, passengers, payments, time of booking, bags, insurance, and whether it was cancelled.',
    kind: 'read',
    parameters: z.strictObject({ reservation_id: reservationId }),
    execute: (db, { reservation_id }) => getReservation(db, reservation_id),
    shows: (_db, { reservation_id }) => [{ table: 'reservations', id: reservation_id }],
  }),
  tool({
    name: 'list_all_airports',
    description: 'Lists the airports that the airline serves, each with its code and its city.',
    kind: 'read',
    parameters: z.strictObject({}),
    execute: () => airports,
  }),
  tool({
    name: 'search_direct_flight',
    description:
      'Lists the flights from one airport straight to another that can be booked on a day, with times, free seats and prices per cabin.',
    kind: 'read',
    parameters: z.strictObject({ origin, destination, date }),
    execute: (db, { origin: from, destination: to, date: day }) =>
      searchDirect(db, { from, to, day }).map(({ shown }) => shown),
    shows: (db, { origin: from, destination: to, date: day }) =>
      shownFlights(searchDirect(db, { from, to, day }).map(({ flight }) => flight.flight_number)),
  }),
  tool({
    name: 'search_onestop_flight',
    description:
      'Lists the ways to get from one airport to another with one change of planes that can be booked on a day, each as a pair of flights.',
    kind: 'read',
    parameters: z.strictObject({ origin, destination, date }),
    execute: (db, { origin: from, destination: to, date: day }) => searchOneStop(db, from, to, day),
    shows: (db, { origin: from, destination: to, date: day }) =>
      shownFlights(
        searchOneStop(db, from, to, day).flatMap((pair) => pair.map(({ flight_number }) => flight_number)),
      ),
  }),
  tool({
    name: 'get_flight_status',
    description:
      "Returns how a flight stands on a day: 'available', 'on time', 'delayed', 'flying', 'landed' or 'cancelled'.",
    kind: 'read',
    parameters: z.strictObject({ flight_number: flightNumber, date }),
    execute: (db, { flight_number, date: day }) => getDay(db, flight_number, day).status,
    shows: (_db, { flight_number }) => shownFlights([flight_number]),
  }),
  calculatorOf(TOOLKIT),
  transferTool(
    'transfer_to_human_agents',
    'Hands the user over to a human agent. Only when the user asks for one, or when the request cannot be handled with the other tools.',
    'Transfer successful',
    tool,
  ),
];

const shownFlights = (numbers: readonly string[]) =>
  [...new Set(numbers)].map((id) => ({ table: 'flights', id }));
