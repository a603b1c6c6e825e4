import type { Repository } from '../../../store/repository.ts';
import type { DatabaseRow } from '../../../store/rows.ts';
import { loadForWorkers, openDatabase, type OpenDatabase } from '../../state/databases.ts';
import { environmentSetting } from '../../state/environment.svelte.ts';
import type { Services } from '../../state/services.ts';
import { DEMO } from '../../state/workspace.svelte.ts';

/** Copies a database into the demo's workspace, which then works on it as its own would. */
export async function bringAlong(
  { services }: { readonly services: Services },
  repository: Repository,
  row: DatabaseRow,
): Promise<OpenDatabase> {
  await repository.write({
    put: {
      databases: [{ ...row, workspace: DEMO }],
      settings: [environmentSetting(DEMO, row.ref)],
    },
  });
  await loadForWorkers(services, DEMO, [row.ref]);
  return openDatabase(services, DEMO, row.ref);
}
