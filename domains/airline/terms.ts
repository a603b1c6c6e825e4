/** What things cost and include, as the policy says it. */
import type { Cabin, PaymentMethod, Reservation, User } from './schema.ts';

/** Dollars per passenger. */
export const INSURANCE = 30;
/** Dollars per checked bag that is not free. */
export const EXTRA_BAG = 50;
/** Dollars per passenger for a cancelled flight, and for a delayed one. */
export const COMPENSATION = { cancelled: 100, delayed: 50 } as const;
export const MOST_PASSENGERS = 5;
/** How many payment methods of a kind one booking takes. */
export const MOST_METHODS: Readonly<Record<PaymentMethod['source'], number>> = {
  certificate: 1,
  credit_card: 1,
  gift_card: 3,
};

const free: Readonly<Record<User['membership'], Readonly<Record<Cabin, number>>>> = {
  regular: { basic_economy: 0, economy: 1, business: 2 },
  silver: { basic_economy: 1, economy: 2, business: 3 },
  gold: { basic_economy: 2, economy: 3, business: 4 },
};

/** Checked bags that a party takes along for free. */
export function freeBags(membership: User['membership'], cabin: Cabin, passengers: number): number {
  return free[membership][cabin] * passengers;
}

/** Checked bags that have to be paid for. */
export function paidBags(
  membership: User['membership'],
  cabin: Cabin,
  passengers: number,
  total: number,
): number {
  return Math.max(0, total - freeBags(membership, cabin, passengers));
}

/** What a booking costs, from the sum of the fares of its flights for one passenger. */
export function totalPrice(
  fares: number,
  passengers: number,
  insurance: Reservation['insurance'],
  paid: number,
): number {
  return (fares + (insurance === 'yes' ? INSURANCE : 0)) * passengers + EXTRA_BAG * paid;
}
