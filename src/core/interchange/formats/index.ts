import type { ExportFormat } from './format.ts';
import { hermes } from './hermes.ts';
import { llamaFactory } from './llamaFactory.ts';
import { openAi } from './openai.ts';
import { preference } from './preference.ts';
import { t2t } from './t2t.ts';
import { tau2Results } from './tau2Results.ts';
import { tau2Tasks } from './tau2Tasks.ts';
import { trl } from './trl.ts';
import { trlTurns } from './trlTurns.ts';

export * from './chatTemplate.ts';
export * from './format.ts';
export * from './hermes.ts';
export * from './rows.ts';
export { llamaFactory, openAi, preference, t2t, trl, trlTurns };

/** Formats that write one example as one or more rows. */
export const exampleFormats = [openAi, trl, trlTurns, llamaFactory, hermes, t2t] as const;

/** Every format there is, in the order in which people are offered them. */
export const exportFormats: readonly ExportFormat[] = [...exampleFormats, preference, tau2Tasks, tau2Results];

/** A format by its id. */
export function findFormat(id: string): ExportFormat | undefined {
  return exportFormats.find((format) => format.id === id);
}
