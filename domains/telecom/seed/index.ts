import type { Random } from '#core/environment/index.ts';
import { telecomSchema, type TelecomDb } from '../schema.ts';
export function seed(_random: Random, _size: number): TelecomDb {
  return telecomSchema.parse({ plans: {}, customers: {}, lines: {}, bills: {}, devices: {} });
}
