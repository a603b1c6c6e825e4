import type { WorkspaceRow } from './rows.ts';

const NEW_ROLLOUTS = 50;
const DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Why a workspace should be exported now, in words; null when it need not be. Demos never have to.
 * @param rollouts how many it holds
 * @param now an ISO date
 */
export function backupDue(workspace: WorkspaceRow, rollouts: number, now: string): string | null {
  if (workspace.demo || rollouts === 0) return null;
  const { backup } = workspace;
  const fresh = rollouts - (backup?.rollouts ?? 0);
  if (fresh >= NEW_ROLLOUTS) return `${fresh} new trials are in this browser only.`;
  const since = backup?.at ?? workspace.createdAt;
  const days = Math.floor((Date.parse(now) - Date.parse(since)) / DAY_MS);
  if (days < DAYS || fresh === 0) return null;
  return backup === null ? 'There is no backup yet.' : `The last backup is ${days} days old.`;
}

/** The row of a workspace that was exported just now. */
export function backedUp(workspace: WorkspaceRow, rollouts: number, now: string): WorkspaceRow {
  return { ...workspace, backup: { at: now, rollouts } };
}
