/** The store: workspaces in the browser, read and written through one interface, and as one file. */
export * from './databaseContent.ts';
export { openRepository, type OpenOptions } from './dexieRepository.ts';
export * from './errors.ts';
export * from './locks.ts';
export { memoryRepository } from './memoryRepository.ts';
export * from './recover.ts';
export * from './repository.ts';
export * from './rows.ts';
export * from './storage.ts';
