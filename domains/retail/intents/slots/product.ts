import type { SlotSpec } from '#core/environment/index.ts';
import type { RetailDb } from '../../schema.ts';
import { read, readProduct } from '../lookup.ts';
import { plural } from '../nouns.ts';

/** Which kind of article a question is about. */
export const productSlot: SlotSpec<RetailDb> = {
  name: 'product',
  title: 'product',
  subject: true,
  question: ['Which product are you interested in?', 'What kind of article is it about?'],
  candidates: ({ db }) =>
    Array.from(db.rows('products'), ({ product_id, name }) => ({
      value: product_id,
      attributes: { product: name },
      label: name,
    })),
  referBy: [['product']],
  phrase: ({ product }) => plural(typeof product === 'string' ? product : 'article'),
  vague: ['a certain kind of article', 'one of your products'],
  reads({ db }, mentioned) {
    const product = Array.from(db.rows('products')).find((other) => other.name === mentioned.product);
    const list = read('list_all_product_types', {});
    return product === undefined ? [list] : [list, readProduct(product.product_id)];
  },
};
