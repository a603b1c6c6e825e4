import { createRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { localBackups } from '../store/backups.ts';
import { memoryRepository } from '../store/memoryRepository.ts';
import { noTurns } from '../store/turnLog.ts';
import { loadOnce, type Services } from '../ui/state/services.ts';
import { Exporter } from '../workers/exporter.ts';
import { ModelDesk } from '../workers/modelDesk.ts';
import { serveExport } from '../workers/serveExport.ts';
import { modelPipe } from './modelPipe.ts';
import { pipe } from './pipe.ts';

/** What the interface needs, without a browser: the real engine in this thread, storage in memory. */
export function appServices(changes: Partial<Services> = {}): Services {
  const repository = memoryRepository();
  const runner = createRunner(domains);
  return {
    domains: () => Promise.resolve(domains),
    repository: () => Promise.resolve(repository),
    turns: () => Promise.resolve(noTurns),
    runner: () => Promise.resolve(runner),
    backups: () => Promise.resolve(localBackups(repository)),
    onTrouble: () => undefined,
    exporter: () => Promise.resolve(new Exporter(pipe((port) => serveExport(port, domains)))),
    modelDesk: loadOnce(() => Promise.resolve(new ModelDesk(() => modelPipe()))),
    tabDesk: (engine) => Promise.reject(new TypeError(`no engine '${engine}' here`)),
    ...changes,
  };
}
