import type { IntentSpec } from '#core/environment/index.ts';
import type { TelecomDb } from '../schema.ts';
import { lineIntents } from './lines.ts';
import { payBill } from './payments.ts';
import { fixPhone } from './phone.ts';
import { questions } from './questions.ts';
import { wishes } from './wishes.ts';

/** What a customer may want: changes, a phone that works, answers, and wishes that no tool can serve. */
export const intents: readonly IntentSpec<TelecomDb>[] = [
  fixPhone,
  payBill,
  ...lineIntents,
  ...questions,
  ...wishes,
];
