import type { Random } from '#core/environment/index.ts';
import type { PaymentMethod, User } from '../schema.ts';
import { digitsOf, type Ids } from './ids.ts';
import { firstNames, lastNames } from './people.ts';
import { drawAddress } from './places.ts';

const brands = ['visa', 'mastercard', 'amex'];
/** Which kinds of payment method a user has: most have one or two, few have everything. */
const wallets: readonly (readonly PaymentMethod['source'][])[] = [
  ['credit_card'],
  ['paypal'],
  ['credit_card', 'gift_card'],
  ['credit_card', 'paypal'],
  ['paypal', 'gift_card'],
  ['credit_card', 'credit_card'],
  ['credit_card', 'paypal', 'gift_card'],
  ['credit_card', 'credit_card', 'gift_card'],
  ['credit_card', 'credit_card', 'paypal', 'gift_card'],
];

/** Users without orders. No two share an id, an email, or name and zip code together. */
export function drawUsers(random: Random, ids: Ids, count: number): User[] {
  return Array.from({ length: count }, () => drawUser(random, ids));
}

function drawUser(random: Random, ids: Ids): User {
  for (;;) {
    const first_name = random.pick(firstNames);
    const last_name = random.pick(lastNames);
    const address = drawAddress(random);
    if (!ids.claim(`${first_name} ${last_name} ${address.zip}`)) continue;
    const name = `${first_name}_${last_name}`.toLowerCase();
    const wallet = random.pick(wallets).map((source) => drawPaymentMethod(source, random, ids));
    return {
      user_id: ids.next(`${name}_`, 4),
      name: { first_name, last_name },
      address,
      email: `${ids.next(`${name.replace('_', '.')}`, 3)}@example.com`,
      payment_methods: Object.fromEntries(wallet.map((method) => [method.id, method])),
      orders: [],
    };
  }
}

function drawPaymentMethod(source: PaymentMethod['source'], random: Random, ids: Ids): PaymentMethod {
  const id = ids.next(`${source}_`, 7);
  switch (source) {
    case 'credit_card':
      return { source, id, brand: random.pick(brands), last_four: digitsOf(random, 4) };
    case 'paypal':
      return { source, id };
    case 'gift_card':
      return { source, id, balance: drawBalance(random) };
  }
}

/** Some cards cannot pay a price difference, most cannot pay an order, some can: all balance rules matter. */
function drawBalance(random: Random): number {
  const [from, to] = random.pick([
    [0, 6],
    [2, 15],
    [15, 95],
    [15, 95],
    [120, 700],
  ] as const);
  return random.int(from * 100, to * 100) / 100;
}
