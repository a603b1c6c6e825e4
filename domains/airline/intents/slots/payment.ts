import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import type { AirlineDb, PaymentMethod } from '../../schema.ts';
import {
  brandName,
  counted,
  endingOf,
  listed,
  methodLabel,
  money,
  readUser,
  sourceName,
  textOf,
  userIn,
  type Context,
} from '../lookup.ts';

type Slot = SlotSpec<AirlineDb>;

const methodsOf = (context: Context): PaymentMethod[] =>
  Object.values(userIn(context)?.payment_methods ?? {});

/** Which of their payment methods pays or receives a difference. Certificates are listed; that they are not accepted is for the rules to say. */
export const settlementSlot: Slot = {
  name: 'payment',
  title: 'payment method',
  question: [
    'Which payment method should I use?',
    'Which credit card or gift card should I use?',
    'How would you like to settle the difference?',
  ],
  vague: ['one of my payment methods'],
  candidates: (context) => methodsOf(context).map((method, _, own) => candidateOf(method, own)),
  referBy: [['source'], ['brand'], ['brand', 'ending'], ['source', 'ending'], ['amount', 'source']],
  phrase: phraseMethod,
  reads: (context) => [readUser(context)],
};

function candidateOf(method: PaymentMethod, own: readonly PaymentMethod[]): Candidate {
  return {
    value: method.id,
    attributes: {
      source: sourceName(method),
      ending: endingOf(method),
      ...(method.source === 'credit_card' ? { brand: brandName(method.brand) } : {}),
      ...(method.source === 'certificate' ? { amount: money(method.amount) } : {}),
    },
    label: methodLabel(method, own),
  };
}

function phraseMethod(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { source, brand, ending, amount } = attributes;
  const kind = typeof brand === 'string' ? brand : textOf(source);
  if (typeof ending === 'string')
    return random.pick([`my ${kind} ending in ${ending}`, `the ${kind} that ends in ${ending}`]);
  if (typeof amount === 'string') return `my ${amount} certificate`;
  return brand !== undefined && !kind.endsWith('card')
    ? random.pick([`my ${kind}`, `my ${kind} card`])
    : `my ${kind}`;
}

/** Ways to pay for a booking that are listed. */
const MOST_PLANS = 18;

/** How a new trip is paid: one method, or several in a row of which the last pays the rest. */
export function planSlot(total: (context: Context) => number | undefined): Slot {
  return {
    name: 'payment',
    title: 'payment',
    question: ['How would you like to pay?', 'Which payment methods should I charge?'],
    vague: ['my usual payment method'],
    candidates(context) {
      const due = total(context);
      const own = methodsOf(context);
      return due === undefined
        ? []
        : plansFor(own, due)
            .slice(0, MOST_PLANS)
            .map((plan) => planCandidate(plan, own));
    },
    referBy: [['plan'], ['kinds']],
    phrase: ({ plan, kinds }) => textOf(plan ?? kinds),
    reads: (context) => [readUser(context)],
  };
}

type Plan = readonly PaymentMethod[];

/** Sensible plans, and those that a rule speaks of: two certificates, two cards, four gift cards. */
function plansFor(own: readonly PaymentMethod[], due: number): Plan[] {
  const of = (source: PaymentMethod['source']) => own.filter((method) => method.source === source);
  const [cards, gifts, certificates] = [of('credit_card'), of('gift_card'), of('certificate')];
  const pairs = [
    ...certificates.flatMap((first) => [...cards, ...gifts].map((rest) => [first, rest])),
    ...gifts.flatMap((first) => cards.map((rest) => [first, rest])),
    ...gifts.flatMap((first, i) => gifts.slice(i + 1).map((rest) => [first, rest])),
  ];
  const [card] = cards;
  const triples = certificates.flatMap((first) =>
    gifts.flatMap((second) => (card === undefined ? [] : [[first, second, card]])),
  );
  const many = [
    ...(certificates.length > 1 && card !== undefined ? [[...certificates.slice(0, 2), card]] : []),
    ...(cards.length > 1 ? [cards.slice(0, 2)] : []),
    ...(gifts.length > 3 && card !== undefined ? [[...gifts.slice(0, 4), card]] : []),
  ];
  const all: Plan[] = [...own.map((method) => [method]), ...many, ...pairs, ...triples];
  return all.filter((plan) => leavesRest(plan, due));
}

/** Whether what comes before the last method leaves something for it. */
function leavesRest(plan: Plan, due: number): boolean {
  const before = plan.slice(0, -1);
  return before.reduce((sum, method) => sum + (method.source === 'credit_card' ? 0 : method.amount), 0) < due;
}

function planCandidate(plan: Plan, own: readonly PaymentMethod[]): Candidate {
  const names = plan.map((method) => `my ${methodLabel(method, own)}`);
  const last = names.at(-1) ?? '';
  const shared = plan.length === 2 && plan.every(({ source }) => source === 'credit_card');
  const several = shared
    ? `${listed(names)}, half each`
    : `${listed(names.slice(0, -1))}, and ${last} for the rest`;
  const text = plan.length === 1 ? last : several;
  return {
    value: plan.map(({ id }) => id),
    attributes: { plan: text, kinds: kindsOf(plan) },
    label: text.replaceAll('my ', ''),
  };
}

/** "my gift card and my credit card", "my two credit cards" */
function kindsOf(plan: Plan): string {
  const names = plan.map(sourceName);
  return listed(
    [...new Set(names)].map((name) => {
      const count = names.filter((other) => other === name).length;
      return count === 1 ? `my ${name}` : `my ${counted(count, name)}`;
    }),
  );
}
