import { bookReservation } from './book.ts';
import { reads } from './reads.ts';
import { updates } from './updates.ts';

/** Everything an agent can call. */
export const airlineTools = [...reads, bookReservation, ...updates];
