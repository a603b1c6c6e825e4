/** Results folders of tau2-bench: `results.json`, and each rollout in a file of its own below `simulations/`. */
import { withSimulations, type RecordedRun } from '#core/interchange/index.ts';
import { grouped } from './grouped.ts';
import type { FileReport, FoundFile, Problem } from './importFound.ts';

interface Simulation {
  readonly folder: string;
  readonly id: string;
  readonly run: RecordedRun;
}

const SIMULATIONS = /^(.*\/|)simulations\/([^/]+)\.json$/i;
const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/**
 * Puts the rollouts of results folders where their `results.json` would have them.
 * @param unreadable makes a problem of what a file is refused for
 * @param after what stands at the end of a problem's next step
 */
export function gatherSimulations(
  found: readonly FoundFile[],
  unreadable: (path: string, error: unknown) => Problem,
  after: string,
): { readonly found: readonly FoundFile[]; readonly problems: readonly Problem[] } {
  const simulations = found.flatMap(({ path, found: content }): Simulation[] => {
    const [, folder, id] = SIMULATIONS.exec(path) ?? [];
    const known = content.kind === 'simulation' && folder !== undefined && id !== undefined;
    return known ? [{ folder, id, run: content.run }] : [];
  });
  const folders = grouped(simulations, ({ folder }) => folder);
  const problems: Problem[] = [];
  const whole = found.flatMap((file): FoundFile[] => {
    const { path, found: content } = file;
    if (content.kind === 'simulation') return [];
    if (content.kind !== 'rollouts') return [file];
    const own = folders.get(folderOf(path)) ?? [];
    folders.delete(folderOf(path));
    try {
      return [{ ...file, found: withSimulations(path, content, own) }];
    } catch (error) {
      problems.push(unreadable(path, error));
      return [];
    }
  });
  for (const [folder, { length }] of folders)
    problems.push({
      what: 'Rollouts without their results.json.',
      where: `${folder}simulations/: ${length}`,
      next: `Bring the folder above it. ${after}`,
    });
  return { found: whole, problems };
}

/** The files of a results folder in one line: there may be thousands. */
export function inFolders(reports: readonly FileReport[]): FileReport[] {
  const others = reports.filter(({ kind }) => kind !== 'simulation');
  const simulations = reports.filter(({ kind }) => kind === 'simulation');
  const lines = [...grouped(simulations, ({ path }) => folderOf(path))].map(([path, files]): FileReport => ({
    path,
    size: files.reduce((sum, { size }) => sum + size, 0),
    kind: 'simulation',
    words: `${files.length.toLocaleString('en')} rollouts of a results folder`,
  }));
  return [...others, ...lines];
}
