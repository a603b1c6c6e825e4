import type { RuleSpec } from '#core/environment/index.ts';
import type { TelecomDb } from '../schema.ts';
import { accountRules } from './account.ts';
import { lineRules } from './lines.ts';
import { paymentRules } from './payments.ts';

/** Every sentence of the policy that can be checked before a write runs. */
export const rules: readonly RuleSpec<TelecomDb>[] = [...accountRules, ...lineRules, ...paymentRules];
