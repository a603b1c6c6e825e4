import { z } from 'zod';
import { cabins } from '../schema.ts';

// Ids in the examples exist nowhere.
export const userId = z.string().describe("The user id, for example 'jo_park_4821'.");
export const reservationId = z.string().describe("The reservation id, for example 'QX7T2B'.");
export const origin = z
  .string()
  .describe("Three-letter code of the airport where the trip begins, for example 'BOS'.");
export const destination = z
  .string()
  .describe("Three-letter code of the airport where it ends, for example 'SEA'.");
export const date = z.string().describe("The day of departure as YYYY-MM-DD, for example '2024-05-20'.");
export const flightNumber = z.string().describe("The flight number, for example 'HAT999'.");

const cabin = z.enum(cabins).describe("The cabin of all flights: 'basic_economy', 'economy' or 'business'.");
const flights = z.array(z.object({ flight_number: flightNumber, date }));
const passengers = z
  .array(
    z.object({
      first_name: z.string().describe('First name.'),
      last_name: z.string().describe('Last name.'),
      dob: z.string().describe("Date of birth as YYYY-MM-DD, for example '1985-07-09'."),
    }),
  )
  .describe('Every passenger, one by one.');
const settlement = z
  .string()
  .describe(
    "Pays or receives the difference; an id from the user's profile, for example 'credit_card_0000000'.",
  );

export const bookingParameters = z.strictObject({
  user_id: userId,
  origin,
  destination,
  flight_type: z.enum(['one_way', 'round_trip']).describe("'one_way' or 'round_trip'."),
  cabin,
  flights: flights.describe('Every flight of the trip, in order.'),
  passengers,
  payment_methods: z
    .array(
      z.object({
        payment_id: z.string().describe("An id from the user's profile, for example 'credit_card_0000000'."),
        amount: z.int().describe('What it pays, in dollars.'),
      }),
    )
    .describe('What is paid with which payment method.'),
  total_baggages: z.int().describe('Number of checked bags, free ones included.'),
  nonfree_baggages: z.int().describe('Number of checked bags that have to be paid for.'),
  insurance: z.enum(['yes', 'no']).describe("Travel insurance for everybody: 'yes' or 'no'."),
});
export type Booking = z.infer<typeof bookingParameters>;

export const flightsParameters = z.strictObject({
  reservation_id: reservationId,
  cabin,
  flights: flights.describe('Every flight of the reservation afterwards, those that stay as well.'),
  payment_id: settlement,
});

export const bagsParameters = z.strictObject({
  reservation_id: reservationId,
  total_baggages: z.int().describe('Number of checked bags afterwards, free ones included.'),
  nonfree_baggages: z.int().describe('Number of checked bags afterwards that are not free.'),
  payment_id: settlement,
});

export const passengersParameters = z.strictObject({ reservation_id: reservationId, passengers });

export const certificateParameters = z.strictObject({
  user_id: userId,
  amount: z.int().describe('What the certificate is worth, in dollars.'),
});
