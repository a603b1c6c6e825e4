import type { Repository } from '../store/repository.ts';
import { Announcer } from '../ui/state/announcer.svelte.ts';
import { RunLocks } from '../ui/state/runLocks.svelte.ts';
import type { Services } from '../ui/state/services.ts';
import { WorkspaceState } from '../ui/state/workspace.svelte.ts';
import type { SettingsApp } from '../ui/screens/settings/settingsApp.ts';
import { appServices } from './appServices.ts';
import { memoryLocks } from './locks.ts';

/** The time in tests of the interface. */
export const AT = new Date('2026-03-01T12:00:00Z');

/** The app without a page: the real state classes, storage in memory, locks within this page. */
export async function settingsApp(
  changes: Partial<Services> = {},
): Promise<SettingsApp & { readonly repository: Repository; readonly gone: readonly string[] }> {
  const services = appServices(changes);
  const gone: string[] = [];
  const workspace = new WorkspaceState({
    services,
    now: () => AT,
    id: '',
    home: '',
    onopen: () => undefined,
    ongone: (title) => gone.push(title),
  });
  await workspace.start();
  return {
    services,
    workspace,
    locks: new RunLocks(memoryLocks()),
    announcer: new Announcer(() => 0),
    repository: await services.repository(),
    gone,
  };
}
