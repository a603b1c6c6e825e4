import type { Domain } from '#core/environment/index.ts';
import { library } from './library/index.ts';

/** The registry: one line per domain. */
export const domains: readonly Domain[] = [library];

/** A domain by its id. */
export function findDomain(id: string): Domain | undefined {
  return domains.find((domain) => domain.id === id);
}
