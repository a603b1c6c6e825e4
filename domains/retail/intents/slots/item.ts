import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import type { OrderItem, RetailDb } from '../../schema.ts';
import { itemName, orderIn, readOrder, textOf, valueOf } from '../lookup.ts';
import { money, noun } from '../nouns.ts';
import { optionNames, optionsText, parseOptions, withOptions, type Option } from '../options.ts';

const reserved = new Set(['product', 'other', 'price', 'details']);
const referBy = [
  ['product'],
  ['other'],
  ...optionNames.map((name) => ['product', name]),
  ['product', 'price'],
  ['product', 'details'],
  ['other', 'details'],
];

/**
 * Which item of the order the user means: `item`, `item_2`, ... each leaves out what the slots before it took, as an item or
 * as what replaces one.
 * `hide` names attributes that would already tell what the request asks for.
 */
export function itemSlot(
  name: string,
  taken: readonly string[] = [],
  hide: readonly string[] = [],
): SlotSpec<RetailDb> {
  const first = taken.length === 0;
  return {
    name,
    title: first ? 'item' : 'further item',
    subject: true,
    question: first
      ? [
          'Which item of the order is it?',
          'Which item do you mean?',
          'Could you tell me which item you mean?',
        ]
      : ['Which other item is it?', 'And which is the other item?', 'Which further item do you mean?'],
    candidates(context) {
      const used = taken.map((slot) => valueOf(context, slot));
      // The same item twice in one order is one thing to choose.
      const all = new Map((orderIn(context)?.items ?? []).map((item) => [item.item_id, item]));
      const items = [...all.values()].filter((item) => !used.includes(item.item_id));
      const named = new Set(used.map((id) => all.get(id)?.name));
      return items.map((item) => candidateOf(item, items, named.has(item.name)));
    },
    referBy: referBy.filter((names) => !names.some((attribute) => hide.includes(attribute))),
    phrase: phraseItem,
    vague: first
      ? ['one of the items', 'one of the items I ordered', 'one of the things I ordered']
      : ['another item', 'one more item'],
    reads: (context) => (valueOf(context, 'order') === '' ? [] : [readOrder(valueOf(context, 'order'))]),
  };
}

/** After one kettlebell "the kettlebell" is no name for a second one, so that is "my other kettlebell". */
function candidateOf(item: OrderItem, all: readonly OrderItem[], hasNamesake: boolean): Candidate {
  const label = itemName(item);
  const twin = all.some((other) => other !== item && itemName(other) === label);
  return {
    value: item.item_id,
    attributes: {
      ...item.options,
      ...(hasNamesake ? { other: item.name } : { product: item.name }),
      price: item.price,
      details: optionsText(item.options),
    },
    label: twin ? `${label}, item ${item.item_id}` : label,
  };
}

function phraseItem(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { other, product, price, details } = attributes;
  const name = noun(textOf(product ?? other) || 'item');
  const options = typeof details === 'string' ? parseOptions(details) : statedOptions(attributes);
  const named = withOptions(options, name);
  if (typeof price === 'number')
    return random.pick([`the ${named} that cost ${money(price)}`, `the ${money(price)} ${named}`]);
  if (other !== undefined) return `my other ${named}`;
  return options.length === 0 ? random.pick([`the ${named}`, `my ${named}`]) : `the ${named}`;
}

/** The options among attributes that were mentioned. */
export function statedOptions(attributes: Readonly<Record<string, Json>>): Option[] {
  return Object.entries(attributes).flatMap(([name, value]): Option[] =>
    typeof value === 'string' && !reserved.has(name) ? [[name, value]] : [],
  );
}
