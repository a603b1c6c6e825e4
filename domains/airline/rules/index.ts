import type { RuleSpec } from '#core/environment/index.ts';
import type { AirlineDb } from '../schema.ts';
import { bookingRules } from './booking.ts';
import { changeRules } from './changes.ts';
import { endingRules } from './endings.ts';
import { generalRules } from './general.ts';
import { tripRules } from './trip.ts';

/** Every sentence of the policy that can be checked, in its order. */
export const rules: readonly RuleSpec<AirlineDb>[] = [
  ...generalRules,
  ...tripRules,
  ...bookingRules,
  ...changeRules,
  ...endingRules,
];
