import type { Random, View } from '#core/environment/index.ts';
import { dateOf, dayOf, moment, TODAY } from '../calendar.ts';
import { airports } from '../airports.ts';
import { journeysBetween, reachedFrom, type Hop, type Journey } from '../journeys.ts';
import {
  cabins,
  type AirlineDb,
  type Flight,
  type FlightDay,
  type Reservation,
  type User,
} from '../schema.ts';
import { freeBags, paidBags, totalPrice } from '../terms.ts';
import { drawFare, FIRST_DAY, LAST_DAY } from './flights.ts';
import type { Ids } from './ids.ts';
import type { Home } from './users.ts';

type Status = FlightDay['status'];
const today = dayOf(TODAY);

/** What has become of a trip so far, and how often that is drawn. */
interface Fate {
  readonly share: number;
  /** The days on which it may begin. */
  readonly from: number;
  readonly to: number;
  readonly roundTrip?: boolean;
  /** Whether its flights, there and back, stand as they should. */
  fits(there: readonly Status[], back: readonly Status[]): boolean;
}

const all = (statuses: readonly Status[], wanted: Status) => statuses.every((status) => status === wanted);
const some = (statuses: readonly Status[], ...wanted: Status[]) =>
  statuses.some((status) => wanted.includes(status));
const fates: readonly Fate[] = [
  // Everything lies ahead.
  {
    share: 0.54,
    from: today + 1,
    to: LAST_DAY - 1,
    fits: (there, back) => all([...there, ...back], 'available'),
  },
  // It is the day of departure.
  {
    share: 0.12,
    from: today,
    to: today,
    fits: (there) => some(there, 'delayed', 'on time') && !some(there, 'landed', 'flying'),
  },
  // Under way, or in between.
  {
    share: 0.1,
    from: FIRST_DAY,
    to: today,
    roundTrip: true,
    fits: (there, back) => some(there, 'landed', 'flying') && all(back, 'available'),
  },
  // Over.
  {
    share: 0.08,
    from: FIRST_DAY,
    to: today - 1,
    fits: (there, back) => all([...there, ...back], 'landed'),
  },
  // The airline cancelled a flight of it.
  {
    share: 0.16,
    from: today - 3,
    to: LAST_DAY - 1,
    fits: (there, back) =>
      some([...there, ...back], 'cancelled') && !some([...there, ...back], 'landed', 'flying'),
  },
];

/** Two to six reservations of a user, most of them to places that they visit again. */
export function drawReservations(
  db: View<AirlineDb>,
  { user, airport }: Home,
  random: Random,
  ids: Ids,
): Reservation[] {
  const reachable = airports.map(({ iata }) => iata as string).filter((other) => other !== airport);
  const habit = random.shuffle(random.chance(0.7) ? reachedFrom(db, airport) : reachable).slice(0, 2);
  return Array.from({ length: random.pick([2, 2, 3, 3, 4, 4, 5, 6]) }, () =>
    drawReservation(db, user, airport, habit, reachable, random, ids),
  );
}

interface Trip {
  readonly destination: string;
  readonly roundTrip: boolean;
  readonly hops: readonly Hop[];
}

function drawReservation(
  db: View<AirlineDb>,
  user: User,
  home: string,
  habit: readonly string[],
  reachable: readonly string[],
  random: Random,
  ids: Ids,
): Reservation {
  for (;;) {
    const fate = drawFate(random);
    for (let tries = 0; tries < 40; tries += 1) {
      const destination = random.pick(random.chance(0.65) ? habit : reachable);
      const trip = drawTrip(db, home, destination, fate, random);
      if (trip !== undefined) return reservationFor(user, home, trip, random, ids);
    }
  }
}

function drawFate(random: Random): Fate {
  let left = random.next();
  return fates.find(({ share }) => (left -= share) < 0) ?? (fates[0] as Fate);
}

function drawTrip(
  db: View<AirlineDb>,
  home: string,
  destination: string,
  fate: Fate,
  random: Random,
): Trip | undefined {
  const there = random.int(fate.from, fate.to);
  const roundTrip = fate.roundTrip ?? random.chance(0.5);
  const outbound = drawJourney(db, home, destination, there, random);
  if (outbound === undefined) return undefined;
  const arrived = dayOf(outbound.at(-1)?.date ?? dateOf(there));
  // Nobody plans beyond the days on record.
  const back = roundTrip ? arrived + random.int(1, Math.max(1, Math.min(6, LAST_DAY - arrived - 1))) : 0;
  const homeward = roundTrip ? drawJourney(db, destination, home, back, random) : [];
  if (homeward === undefined) return undefined;
  const statuses = (journey: Journey) => journey.map(({ day }) => day.status);
  if (!fate.fits(statuses(outbound), statuses(homeward))) return undefined;
  return { destination, roundTrip, hops: [...outbound, ...homeward] };
}

/** A direct flight if there is one, and sometimes a change of planes all the same. */
function drawJourney(
  db: View<AirlineDb>,
  from: string,
  to: string,
  day: number,
  random: Random,
): Journey | undefined {
  const found = journeysBetween(db, from, to, dateOf(day), 'all');
  const direct = found.filter((journey) => journey.length === 1);
  const pool = direct.length > 0 && random.chance(0.8) ? direct : found;
  return pool.length === 0 ? undefined : random.pick(pool);
}

function reservationFor(user: User, home: string, trip: Trip, random: Random, ids: Ids): Reservation {
  const cabin = random.pick([...cabins, 'economy', 'basic_economy'] as const);
  const passengers = drawParty(user, random);
  const flights = trip.hops.map(({ flight, date, day }) => ({
    flight_number: flight.flight_number,
    origin: flight.origin,
    destination: flight.destination,
    date,
    price: priceOf(flight, day, cabin, random),
  }));
  const allowance = freeBags(user.membership, cabin, passengers.length);
  const total_baggages = random.int(
    0,
    Math.min(allowance, passengers.length + 1) + random.pick([0, 0, 1, 2]),
  );
  const nonfree_baggages = paidBags(user.membership, cabin, passengers.length, total_baggages);
  const insurance = random.chance(0.4) ? 'yes' : 'no';
  const fares = flights.reduce((sum, { price }) => sum + price, 0);
  const amount = totalPrice(fares, passengers.length, insurance, nonfree_baggages);
  const payable = Object.values(user.payment_methods).filter(({ source }) => source !== 'certificate');
  const paid = [{ payment_id: random.pick(payable).id, amount }];
  const cancelled = random.chance(0.05);
  return {
    reservation_id: ids.code(),
    user_id: user.user_id,
    origin: home,
    destination: trip.destination,
    flight_type: trip.roundTrip ? 'round_trip' : 'one_way',
    cabin,
    flights,
    passengers,
    payment_history: cancelled ? [...paid, ...paid.map((one) => ({ ...one, amount: -one.amount }))] : paid,
    created_at: drawBooking(dayOf(flights[0]?.date ?? TODAY), random),
    total_baggages,
    nonfree_baggages,
    insurance,
    status: cancelled ? 'cancelled' : null,
  };
}

/** What was paid is near what is asked today, if anything is. */
function priceOf(flight: Flight, day: FlightDay, cabin: Reservation['cabin'], random: Random): number {
  const asked = day.status === 'available' ? day.prices[cabin] : undefined;
  return asked !== undefined && random.chance(0.3) ? asked : drawFare(random, cabin, flight);
}

/** The user with or without companions; now and then somebody else travels. */
function drawParty(user: User, random: Random): Reservation['passengers'] {
  const { first_name, last_name } = user.name;
  const self = { first_name, last_name, dob: user.dob };
  const others = random.shuffle(user.saved_passengers).slice(0, random.pick([0, 0, 1, 1, 2, 3]));
  return others.length > 0 && random.chance(0.12) ? others : [self, ...others];
}

/** When it was booked: before the trip, and now and then within the last day. */
function drawBooking(departure: number, random: Random): string {
  const minutes = random.int(0, 1439);
  if (departure >= today && random.chance(0.16))
    return random.chance(0.5)
      ? moment(today, random.int(0, 14 * 60 + 30))
      : moment(today - 1, random.int(15 * 60 + 30, 1439));
  return moment(random.int(1, Math.max(1, Math.min(departure - 1, today - 2))), minutes);
}
