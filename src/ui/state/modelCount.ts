import type { Repository } from '../../store/repository.ts';
import { BROWSER } from '../../store/rows.ts';
import { MODELS_SETTING } from './modelId.ts';

/** How many models were set up in this browser before, without loading what it takes to use them. */
export async function countModels(repository: Repository): Promise<number> {
  const row = await repository.get('settings', BROWSER, MODELS_SETTING);
  return Array.isArray(row?.value) ? row.value.length : 0;
}
