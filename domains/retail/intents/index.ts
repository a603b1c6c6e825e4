import type { IntentSpec } from '#core/environment/index.ts';
import type { RetailDb } from '../schema.ts';
import { cancelOrder } from './cancel.ts';
import { changeDefaultAddress, changeOrderAddress, changeOrderPayment } from './details.ts';
import { itemIntents } from './itemIntents.ts';
import { wishes } from './missing.ts';
import { questions } from './questions.ts';

/** What a user may want: changes, questions, and wishes that no tool can serve. */
export const intents: readonly IntentSpec<RetailDb>[] = [
  cancelOrder,
  changeOrderAddress,
  changeOrderPayment,
  changeDefaultAddress,
  ...itemIntents,
  ...questions,
  ...wishes,
];
