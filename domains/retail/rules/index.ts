import type { RuleSpec } from '#core/environment/index.ts';
import type { RetailDb } from '../schema.ts';
import { deliveredRules } from './delivered.ts';
import { generalRules } from './general.ts';
import { itemRules } from './items.ts';
import { pendingRules } from './pending.ts';

/** Every sentence of the policy that can be checked before a write runs. */
export const rules: readonly RuleSpec<RetailDb>[] = [
  ...generalRules,
  ...itemRules,
  ...pendingRules,
  ...deliveredRules,
];
