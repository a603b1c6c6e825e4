import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import type { PaymentMethod, RetailDb } from '../../schema.ts';
import { brandName, orderIn, paymentName, readUser, userIn, type Context } from '../lookup.ts';
import { money } from '../nouns.ts';

const sources: Readonly<Record<PaymentMethod['source'], string>> = {
  credit_card: 'credit card',
  paypal: 'PayPal',
  gift_card: 'gift card',
};

export interface PaymentSlot {
  readonly question: readonly string[];
  readonly vague: readonly string[];
  /** True when "the original payment method" is something to say. */
  readonly original?: boolean;
  readonly only?: (method: PaymentMethod) => boolean;
}

/** Which of their payment methods the user means. */
export function paymentSlot({ question, vague, original = false, only }: PaymentSlot): SlotSpec<RetailDb> {
  return {
    name: 'payment',
    title: 'payment method',
    question,
    vague,
    candidates(context) {
      const own = Object.values(userIn(context)?.payment_methods ?? {});
      return own
        .filter((method) => only?.(method) ?? true)
        .map((method) => candidateOf(method, own, original ? paidWith(context) : undefined));
    },
    referBy: [
      ...(original ? [['role']] : []),
      ['source'],
      ['brand'],
      ['brand', 'last_four'],
      ['source', 'last_four'],
      ['id'],
    ],
    phrase: phrasePayment,
    reads: (context) => [readUser(context)],
  };
}

const paidWith = (context: Context): string | undefined =>
  orderIn(context)?.payment_history[0]?.payment_method_id;

function candidateOf(
  method: PaymentMethod,
  own: readonly PaymentMethod[],
  original: string | undefined,
): Candidate {
  const name = paymentName(method);
  const twin = own.some((other) => other.id !== method.id && paymentName(other) === name);
  const balance = method.source === 'gift_card' ? ` with ${money(method.balance)}` : '';
  return {
    value: method.id,
    attributes: {
      source: sources[method.source],
      ...(method.source === 'credit_card'
        ? { brand: brandName(method.brand), last_four: method.last_four }
        : {}),
      ...(method.id === original ? { role: 'original' } : {}),
      // People do not know such ids; only two methods of the same name leave them no other way.
      ...(twin ? { id: method.id } : {}),
    },
    label: `${name}${balance}${twin ? `, ${method.id}` : ''}`,
  };
}

function phrasePayment(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { role, source, brand, last_four, id } = attributes;
  if (role !== undefined)
    return random.pick(['the original payment method', 'the payment method I used for the order']);
  if (typeof id === 'string') return `my payment method ${id}`;
  const kind = typeof brand === 'string' ? brand : typeof source === 'string' ? source : 'card';
  if (typeof last_four === 'string')
    return random.pick([`my ${kind} ending in ${last_four}`, `the ${kind} that ends in ${last_four}`]);
  if (source === 'PayPal') return random.pick(['PayPal', 'my PayPal account']);
  return typeof brand === 'string' && !brand.endsWith('card')
    ? random.pick([`my ${kind}`, `my ${kind} card`])
    : `my ${kind}`;
}
