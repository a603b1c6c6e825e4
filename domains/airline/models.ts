/** The reference's models that its tools check arguments with. */
import { decimal, listOf, model, oneOf, text, whole } from '../tau2/index.ts';
import type { Person, Reservation } from './schema.ts';

type Payment = Reservation['payment_history'][number];

export const flightInfo = model<{ readonly flight_number: string; readonly date: string }>('FlightInfo', {
  flight_number: text,
  date: text,
});

export const passenger = model<Person>('Passenger', { first_name: text, last_name: text, dob: text });

export const payment = model<Payment>('Payment', { payment_id: text, amount: whole });

export const certificate = model<{ readonly amount: number }>('Certificate', {
  source: oneOf(['certificate']),
  id: text,
  amount: decimal,
});

/** A reservation before its flights are looked up. */
export const newReservation = model<Omit<Reservation, 'flights'>>('Reservation', {
  reservation_id: text,
  user_id: text,
  origin: text,
  destination: text,
  flight_type: oneOf(['round_trip', 'one_way']),
  cabin: oneOf(['business', 'economy', 'basic_economy']),
  passengers: listOf(passenger),
  payment_history: listOf(payment),
  created_at: text,
  total_baggages: whole,
  nonfree_baggages: whole,
  insurance: oneOf(['yes', 'no']),
});
