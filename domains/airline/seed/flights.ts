import type { Random } from '#core/environment/index.ts';
import { clockTime, dateOf, dayOf, minutesOf, moment, TODAY } from '../calendar.ts';
import { NOW, cabins, type Cabin, type Flight, type FlightDay } from '../schema.ts';
import { drawRoutes, milesBetween } from './routes.ts';

/** The days of May on which flights are on record. */
export const FIRST_DAY = 8;
export const LAST_DAY = 28;
const today = dayOf(TODAY);
const now = minutesOf(NOW.slice(11));

type Fares = Readonly<Record<Cabin, number>>;

/** Two flights a day in each direction of every route, a third one on some, each with its days. */
export function drawFlights(random: Random): Record<string, Flight> {
  const flights: Record<string, Flight> = {};
  const numbers = random.shuffle(Array.from({ length: 900 }, (_, i) => i + 100));
  for (const route of drawRoutes(random.fork('routes')))
    for (const [origin, destination] of [
      [route.from, route.to],
      [route.to, route.from],
    ] as const)
      for (const departure of departures(random)) {
        const flight_number = `HAT${numbers.pop() ?? 0}`;
        const arrival = departure + flyingMinutes(route.miles);
        flights[flight_number] = {
          flight_number,
          origin,
          destination,
          scheduled_departure_time_est: clockTime(departure),
          scheduled_arrival_time_est: clockTime(arrival),
          dates: drawDays(random, fares(random, route.miles), departure, arrival),
        };
      }
  return Object.fromEntries(Object.entries(flights).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Minutes since midnight: one in the morning, one later, sometimes one in between. */
function departures(random: Random): number[] {
  const quarter = (from: number, to: number) => random.int(from * 4, to * 4) * 15;
  const middle = random.chance(0.25) ? [quarter(11, 13)] : [];
  return [quarter(5, 10), ...middle, quarter(14, 21)];
}

// Half an hour to climb and land, then 500 miles an hour.
const flyingMinutes = (miles: number) => Math.round((30 + (miles / 500) * 60) / 15) * 15;

function fares(random: Random, miles: number): Fares {
  const basic = 38 + miles * 0.045 * (0.8 + random.next() * 0.4);
  const economy = basic * (1.5 + random.next() * 0.5);
  return { basic_economy: basic, economy, business: economy * (2 + random.next()) };
}

/** What one seat on a flight costs on some day: what was paid for it, or what is asked. */
export function drawFare(random: Random, cabin: Cabin, { origin, destination }: Flight): number {
  return spread(random, fares(random, milesBetween(origin, destination))[cabin]);
}

const spread = (random: Random, fare: number) => Math.round(fare * (0.8 + random.next() * 0.5));

function drawDays(
  random: Random,
  base: Fares,
  departure: number,
  arrival: number,
): Record<string, FlightDay> {
  const days: Record<string, FlightDay> = {};
  for (let day = FIRST_DAY; day <= LAST_DAY; day += 1)
    days[dateOf(day)] = drawDay(random, base, day, departure, arrival);
  return days;
}

function drawDay(random: Random, base: Fares, day: number, departure: number, arrival: number): FlightDay {
  // The airline cancels in advance now and then, more often on the day itself.
  if (random.chance(day > today ? 0.02 : day === today ? 0.1 : 0.05)) return { status: 'cancelled' };
  const late = Math.max(0, random.int(-8, 40) - 20);
  const at = (minutes: number) => moment(day, minutes);
  if (day < today || (day === today && arrival + late <= now))
    return {
      status: 'landed',
      actual_departure_time_est: at(departure + late),
      actual_arrival_time_est: at(arrival + late),
    };
  if (day === today && departure + late <= now)
    return {
      status: 'flying',
      actual_departure_time_est: at(departure + late),
      estimated_arrival_time_est: at(arrival + late),
    };
  if (day === today) {
    const delay = random.chance(0.4) ? random.int(3, 16) * 15 : 0;
    return {
      status: delay > 0 ? 'delayed' : 'on time',
      estimated_departure_time_est: at(departure + delay),
      estimated_arrival_time_est: at(arrival + delay),
    };
  }
  const perCabin = (value: (cabin: Cabin) => number) =>
    Object.fromEntries(cabins.map((cabin) => [cabin, value(cabin)]));
  return {
    status: 'available',
    available_seats: perCabin(() => (random.chance(0.12) ? random.int(0, 1) : random.int(2, 20))),
    prices: perCabin((cabin) => spread(random, base[cabin])),
  };
}
