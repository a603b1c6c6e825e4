/** The web worker that packs and unpacks workspaces, with a database connection of its own. */
import { openRepository, serveBackups } from './store/index.ts';

const { indexedDB, IDBKeyRange } = self;

serveBackups(
  {
    post: (message, transfer = []) => self.postMessage(message, { transfer: [...transfer] }),
    onMessage: (listener) =>
      self.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  },
  () => openRepository({ indexedDB, IDBKeyRange }),
);
