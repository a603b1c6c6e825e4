import { State, type Random, type View } from '#core/environment/index.ts';
import type { AirlineDb } from '../schema.ts';
import { drawFlights } from './flights.ts';
import { Ids } from './ids.ts';
import { drawReservations } from './reservations.ts';
import { drawUser } from './users.ts';

/** An airline with `size` users. Each part draws from its own source: more users do not change the flights. */
export function seed(random: Random, size: number): AirlineDb {
  const flights = drawFlights(random.fork('flights'));
  // A view on the flights alone: all that reservations are made of.
  const schedule = State.of({ flights }) as unknown as View<AirlineDb>;
  const [people, trips] = [random.fork('users'), random.fork('reservations')];
  const [userIds, reservationIds] = [
    new Ids(random.fork('user ids')),
    new Ids(random.fork('reservation ids')),
  ];
  const users: Record<string, AirlineDb['users'][string]> = {};
  const reservations: Record<string, AirlineDb['reservations'][string]> = {};
  for (let i = 0; i < size; i += 1) {
    const home = drawUser(people, userIds);
    const own = drawReservations(schedule, home, trips, reservationIds);
    users[home.user.user_id] = { ...home.user, reservations: own.map((one) => one.reservation_id) };
    for (const reservation of own) reservations[reservation.reservation_id] = reservation;
  }
  return { flights, users, reservations };
}
