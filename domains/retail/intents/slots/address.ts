import { sameJson } from '#core/environment/index.ts';
import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import type { Address, RetailDb } from '../../schema.ts';
import { drawAddress } from '../../seed/places.ts';
import { addressLine, addressOf, ordersOf, readOrders, userIn, type Context } from '../lookup.ts';

/** Where things should go. `current` is the address that is to be replaced. */
export function addressSlot(current: (context: Context) => Address | undefined): SlotSpec<RetailDb> {
  return {
    name: 'address',
    title: 'new address',
    question: [
      'What is the new address?',
      'Which address should it be?',
      'Could you give me the full new address, please?',
    ],
    open: true,
    candidates: (context) => knownAddresses(context, current(context)).map(candidateOf),
    sample: (_, random) => candidateOf(drawAddress(random)),
    referBy: [['city'], ['street', 'city']],
    phrase: phraseAddress,
    vague: ['a different address', 'another address', 'a new address'],
    // A stated address needs no looking up.
    reads: (context, mentioned) => (mentioned.value === undefined ? readOrders(context) : []),
  };
}

function knownAddresses(context: Context, current: Address | undefined): Address[] {
  const own = userIn(context)?.address;
  const all = [...(own === undefined ? [] : [own]), ...ordersOf(context).map((order) => order.address)];
  return all.filter(
    (address, i) => !sameJson(address, current) && all.findIndex((other) => sameJson(other, address)) === i,
  );
}

const candidateOf = (address: Address): Candidate => ({
  value: address,
  attributes: { street: address.address1, city: address.city },
  label: addressLine(address),
});

function phraseAddress(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const literal = addressOf(attributes.value);
  if (literal !== undefined) return addressLine(literal);
  const { street, city } = attributes;
  if (typeof city !== 'string') return 'my other address';
  return typeof street === 'string'
    ? `${street} in ${city}`
    : random.pick([`my address in ${city}`, `my place in ${city}`]);
}
