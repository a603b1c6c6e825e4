import type { Domain } from '#core/environment/index.ts';
import { airline } from './airline/index.ts';
import { assistant } from './assistant/index.ts';
import { library } from './library/index.ts';
import { retail } from './retail/index.ts';
import { telecom } from './telecom/index.ts';

/** The registry: one line per domain. The first is what a newcomer sees. */
export const domains: readonly Domain[] = [retail, airline, telecom, assistant, library];

/** A domain by its id. */
export function findDomain(id: string): Domain | undefined {
  return domains.find((domain) => domain.id === id);
}
