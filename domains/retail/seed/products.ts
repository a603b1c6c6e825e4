import type { Random } from '#core/environment/index.ts';
import type { Product, Variant } from '../schema.ts';
import { catalogue, type CatalogueEntry } from './catalogue.ts';
import type { Ids } from './ids.ts';

const AVAILABLE = 0.72;
/** How much one step along the growing option adds, as a share of the base price. */
const STEP = 0.16;

/** Every product of the catalogue, each with 5 to 12 items drawn from its options. */
export function drawProducts(random: Random, ids: Ids): Record<string, Product> {
  const products = catalogue.map((entry) => drawProduct(entry, random, ids));
  return Object.fromEntries(products.map((product) => [product.product_id, product]));
}

function drawProduct(entry: CatalogueEntry, random: Random, ids: Ids): Product {
  const chosen = drawOptions(entry.options, random);
  const variants = chosen.map((options, i): Variant => ({
    item_id: ids.next('', 10),
    options,
    // The first three can always be had, so that every product has something to change to.
    available: i < 3 || random.chance(AVAILABLE),
    price: priceOf(entry, options, random),
  }));
  return {
    name: entry.name,
    product_id: ids.next('', 10),
    variants: Object.fromEntries(random.shuffle(variants).map((variant) => [variant.item_id, variant])),
  };
}

function priceOf(entry: CatalogueEntry, options: Readonly<Record<string, string>>, random: Random): number {
  const steps = entry.grows === undefined ? 0 : valueIndex(entry, entry.grows, options);
  const exact = entry.price * (1 + STEP * steps) * (0.94 + 0.12 * random.next());
  return Math.round(exact * 100) / 100;
}

function valueIndex(entry: CatalogueEntry, name: string, options: Readonly<Record<string, string>>): number {
  return (entry.options[name] ?? []).indexOf(options[name] ?? '');
}

/** 5 to 12 different combinations of option values; fewer draws than listing and shuffling all of them. */
function drawOptions(options: CatalogueEntry['options'], random: Random): Record<string, string>[] {
  const possible = Object.values(options).reduce((count, values) => count * values.length, 1);
  const count = random.int(5, Math.min(12, possible));
  const found = new Map<string, Record<string, string>>();
  while (found.size < count) {
    const drawn = Object.entries(options).map(([name, values]): [string, string] => [
      name,
      random.pick(values),
    ]);
    found.set(drawn.join(';'), Object.fromEntries(drawn));
  }
  return [...found.values()];
}
