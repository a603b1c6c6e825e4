import { remember, rememberPair } from '#core/environment/index.ts';
import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import type { OrderItem, Product, RetailDb, Variant } from '../../schema.ts';
import { itemIn, optionValues, productIn, readProduct, valueOf, type Context } from '../lookup.ts';
import { money } from '../nouns.ts';
import { optionNames, optionsText, parseOptions, withOptions } from '../options.ts';
import { statedOptions } from './item.ts';

type Slot = SlotSpec<RetailDb>;

const IDENTICAL = 'none';
const base = { preference: true, phrase: phraseVariant } as const;
const singles = optionNames.map((name) => [name]);

export interface ReplacementSlot {
  /** Slots of items that the same request replaces before: nobody takes one thing for what they give away. */
  readonly replaced?: readonly string[];
  /** True when an identical one makes no sense even as a mistake. */
  readonly different?: boolean;
}

/** What an item is to be replaced by: any variant of its product, the item's own and sold out ones included. */
export function replacementSlot(
  name: string,
  itemSlot: string,
  { replaced = [], different = false }: ReplacementSlot = {},
): Slot {
  const product = (context: Context) => {
    const id = itemIn(context, itemSlot)?.product_id;
    return id === undefined ? undefined : context.db.get('products', id);
  };
  return {
    ...base,
    name,
    about: itemSlot,
    title: 'replacement',
    question: [
      'Which version would you like instead?',
      'Which options should the new item have?',
      'What would you like to get instead?',
    ],
    candidates(context) {
      const [item, of] = [itemIn(context, itemSlot), product(context)];
      const all = item === undefined || of === undefined ? [] : replacements(of, item);
      const out = new Set<Json>(replaced.map((slot) => valueOf(context, slot)));
      if (different) out.add(item?.item_id ?? '');
      return all.some(({ value }) => out.has(value)) ? all.filter(({ value }) => !out.has(value)) : all;
    },
    referBy: [['difference'], ...singles, ['details']],
    vague: ['a different version', 'another version'],
    reads(context) {
      const id = itemIn(context, itemSlot)?.product_id;
      return id === undefined ? [] : [readProduct(id)];
    },
  };
}

/** Which variant of a product a question is about. */
export const variantSlot: Slot = {
  ...base,
  name: 'variant',
  title: 'version',
  question: ['Which version do you mean?', 'Which options should it have?'],
  candidates(context) {
    const product = productIn(context, 'product');
    return product === undefined ? [] : versions(product);
  },
  referBy: [['details'], ...singles],
  vague: ['a certain version', 'one of the versions'],
  reads: (context) => [readProduct(valueOf(context, 'product'))],
};

// Neither a product nor an ordered item ever changes, only the orders around them.
const versions = remember((product: Product) => variantCandidates(product));
const replacements = rememberPair((product: Product, item: OrderItem) => variantCandidates(product, item));

function variantCandidates(product: Product, current?: OrderItem): readonly Candidate[] {
  const variants = Object.values(product.variants);
  const labels = variants.map(labelOf);
  return variants.map((variant, i) => {
    const label = labels[i] ?? '';
    return {
      value: variant.item_id,
      attributes: {
        ...variant.options,
        details: optionsText(variant.options),
        price: variant.price,
        availability: variant.available ? 'available' : 'sold out',
        ...differenceFrom(variant, current),
      },
      label:
        labels.indexOf(label) === labels.lastIndexOf(label) ? label : `${label}, item ${variant.item_id}`,
    };
  });
}

const labelOf = ({ options, price, available }: Variant): string =>
  `${optionValues(options).join(', ')} (${money(price)}${available ? '' : ', sold out'})`;

/** What to say instead of all options; nothing when they all differ. */
function differenceFrom(variant: Variant, current: OrderItem | undefined): { difference?: string } {
  const all = Object.entries(variant.options);
  const changed = all.filter(([name, value]) => current?.options[name] !== value);
  if (changed.length === 0) return { difference: IDENTICAL };
  return changed.length === all.length ? {} : { difference: optionsText(Object.fromEntries(changed)) };
}

function phraseVariant(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { difference, details, price: _price, availability: _availability, ...options } = attributes;
  if (difference === IDENTICAL) return random.pick(['an identical replacement', 'an identical new one']);
  // "version" rather than "one": the words have to fit headphones as well as a lamp.
  if (typeof difference === 'string') {
    const version = withOptions(parseOptions(difference), 'version');
    return random.pick([
      `the ${version} (otherwise like mine)`,
      `the ${version} (nothing else different)`,
      `the ${version} (everything else as it is)`,
    ]);
  }
  const stated = typeof details === 'string' ? parseOptions(details) : statedOptions(options);
  return `the ${withOptions(stated, 'version')}`;
}
