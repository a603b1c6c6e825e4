import { z } from 'zod';

const text = z.string();

/** The moment at which every conversation takes place, Eastern time. */
export const NOW = '2024-05-15T15:00:00';

/** The cabin classes, cheapest first. */
export const cabins = ['basic_economy', 'economy', 'business'] as const;

const person = z.object({ first_name: text, last_name: text, dob: text });

const paymentMethod = z.discriminatedUnion('source', [
  z.object({ source: z.literal('credit_card'), id: text, brand: text, last_four: text }),
  z.object({ source: z.literal('gift_card'), id: text, amount: z.number() }),
  z.object({ source: z.literal('certificate'), id: text, amount: z.number() }),
]);

// A cabin that a flight does not have is absent.
const perCabin = z.partialRecord(z.enum(cabins), z.int());

const flightDay = z.discriminatedUnion('status', [
  z.object({ status: z.literal('available'), available_seats: perCabin, prices: perCabin }),
  z.object({
    status: z.literal('landed'),
    actual_departure_time_est: text,
    actual_arrival_time_est: text,
  }),
  z.object({ status: z.literal('cancelled') }),
  z.object({
    status: z.literal('delayed'),
    estimated_departure_time_est: text,
    estimated_arrival_time_est: text,
  }),
  z.object({
    status: z.literal('flying'),
    actual_departure_time_est: text,
    estimated_arrival_time_est: text,
  }),
  z.object({
    status: z.literal('on time'),
    estimated_departure_time_est: text,
    estimated_arrival_time_est: text,
  }),
]);

const flight = z.object({
  flight_number: text,
  origin: text,
  destination: text,
  /** "06:00:00" */
  scheduled_departure_time_est: text,
  /** "07:00:00", or "01:00:00+1" on the day after. */
  scheduled_arrival_time_est: text,
  dates: z.record(text, flightDay),
});

const user = z.object({
  user_id: text,
  name: z.object({ first_name: text, last_name: text }),
  address: z.object({
    address1: text,
    address2: text.nullable().default(null),
    city: text,
    country: text,
    state: text,
    zip: text,
  }),
  email: text,
  dob: text,
  payment_methods: z.record(text, paymentMethod),
  saved_passengers: z.array(person),
  membership: z.enum(['gold', 'silver', 'regular']),
  reservations: z.array(text),
});

const reservation = z.object({
  reservation_id: text,
  user_id: text,
  origin: text,
  destination: text,
  flight_type: z.enum(['round_trip', 'one_way']),
  cabin: z.enum(cabins),
  flights: z.array(
    z.object({ flight_number: text, origin: text, destination: text, date: text, price: z.int() }),
  ),
  passengers: z.array(person),
  payment_history: z.array(z.object({ payment_id: text, amount: z.int() })),
  created_at: text,
  total_baggages: z.int(),
  nonfree_baggages: z.int(),
  insurance: z.enum(['yes', 'no']),
  /** Null until it is cancelled. */
  status: z.literal('cancelled').nullable().default(null),
});

/** The airline database: flights day by day, users, reservations. Amounts in dollars, prices per person. */
export const airlineSchema = z.strictObject({
  flights: z.record(text, flight),
  users: z.record(text, user),
  reservations: z.record(text, reservation),
});

export type AirlineDb = z.infer<typeof airlineSchema>;
export type Cabin = (typeof cabins)[number];
export type Person = z.infer<typeof person>;
export type PaymentMethod = z.infer<typeof paymentMethod>;
export type FlightDay = z.infer<typeof flightDay>;
export type AvailableDay = Extract<FlightDay, { status: 'available' }>;
export type Flight = z.infer<typeof flight>;
export type User = z.infer<typeof user>;
export type Reservation = z.infer<typeof reservation>;
export type Segment = Reservation['flights'][number];
