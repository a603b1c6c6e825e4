/** The store: workspaces in the browser, read and written through one interface, and as one file. */
export * from './errors.ts';
export * from './repository.ts';
export * from './rows.ts';
