import type { Random } from '#core/environment/index.ts';
import { airports } from '../airports.ts';
import type { PaymentMethod, User } from '../schema.ts';
import type { Ids } from './ids.ts';
import { drawAddress, drawPerson } from './people.ts';

/** Credit cards, gift cards and certificates in a profile: most hold a few of them, some a drawer full. */
const wallets: readonly (readonly [cards: number, gifts: number, certificates: number])[] = [
  [1, 0, 0],
  [1, 1, 0],
  [1, 0, 1],
  [1, 1, 1],
  [2, 0, 1],
  [2, 1, 0],
  [1, 2, 1],
  [2, 1, 2],
  [1, 3, 1],
  [0, 2, 1],
  [1, 4, 2],
];
const certificates = [100, 150, 200, 250, 300, 500];
const companions = [0, 1, 1, 2, 2, 3, 3, 4, 5, 6];

/** A user without reservations, and the airport near their home. */
export interface Home {
  readonly user: User;
  readonly airport: string;
}

export function drawUser(random: Random, ids: Ids): Home {
  const airport = random.pick(airports).iata;
  const { first_name, last_name, dob } = drawPerson(random);
  const name = `${first_name}_${last_name}`.toLowerCase();
  const [cards, gifts, vouchers] = random.pick(wallets);
  const of = (count: number, draw: () => PaymentMethod) => Array.from({ length: count }, draw);
  const methods = [
    ...of(cards, () => drawCard(random, ids)),
    ...of(gifts, () => ({
      source: 'gift_card',
      id: ids.digits('gift_card_', 7),
      amount: drawBalance(random),
    })),
    ...of(vouchers, () => ({
      source: 'certificate',
      id: ids.digits('certificate_', 7),
      amount: random.pick(certificates),
    })),
  ];
  const user: User = {
    user_id: ids.digits(`${name}_`, 4),
    name: { first_name, last_name },
    address: drawAddress(random, airport),
    email: `${ids.digits(name.replace('_', '.'), 3)}@example.com`,
    dob,
    payment_methods: Object.fromEntries(methods.map((method) => [method.id, method])),
    saved_passengers: drawCompanions(random, first_name, last_name),
    membership: random.pick(['regular', 'regular', 'regular', 'silver', 'silver', 'gold', 'gold']),
    reservations: [],
  };
  return { user, airport };
}

function drawCard(random: Random, ids: Ids): PaymentMethod {
  const brand = random.pick(['visa', 'mastercard']);
  return {
    source: 'credit_card',
    id: ids.digits('credit_card_', 7),
    brand,
    last_four: String(random.int(1000, 9999)),
  };
}

/** Some gift cards cannot pay for a bag, most cannot pay for a trip, some can: all rules on balances matter. */
function drawBalance(random: Random): number {
  const [from, to] = random.pick([
    [10, 45],
    [40, 160],
    [100, 320],
    [500, 1600],
    [1500, 4000],
  ] as const);
  return random.int(from, to);
}

/** Family and friends, no two of one name. */
function drawCompanions(random: Random, first: string, last: string): User['saved_passengers'] {
  const names = new Set([`${first} ${last}`]);
  return Array.from({ length: random.pick(companions) }, () =>
    drawPerson(random, random.chance(0.5) ? last : undefined),
  ).filter((person) => {
    const name = `${person.first_name} ${person.last_name}`;
    if (names.has(name)) return false;
    names.add(name);
    return true;
  });
}
