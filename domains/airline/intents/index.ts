import type { IntentSpec } from '#core/environment/index.ts';
import type { AirlineDb } from '../schema.ts';
import { bookings } from './booking.ts';
import { otherChanges } from './changes.ts';
import { endings } from './endings.ts';
import { flightChanges } from './flights.ts';
import { questions } from './questions.ts';
import { wishes } from './wishes.ts';

/** What a user may want: trips and changes, questions, and wishes that no tool can serve. */
export const intents: readonly IntentSpec<AirlineDb>[] = [
  ...bookings,
  ...flightChanges,
  ...otherChanges,
  ...endings,
  ...questions,
  ...wishes,
];
