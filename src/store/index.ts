/** The store: workspaces in the browser, read and written through one interface, and as one file. */
export * from './backup.ts';
export { serveBackups, workerBackups, type BackupWorker } from './backupChannel.ts';
export { localBackups, type Backups, type BundleFile, type OpenBundle } from './backups.ts';
export { exportWorkspace, type Exported } from './bundle.ts';
export * from './bundleImport.ts';
export { readBundle, type Bundle } from './bundleRead.ts';
export { checkRows } from './checkRows.ts';
export * from './databaseContent.ts';
export { openRepository } from './dexieRepository.ts';
export * from './errors.ts';
export * from './locks.ts';
export { memoryRepository } from './memoryRepository.ts';
export * from './recover.ts';
export * from './repository.ts';
export * from './rows.ts';
export * from './storage.ts';
export { turnLog, type TurnLog } from './turnLog.ts';
