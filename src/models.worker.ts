/** The web worker that keeps the keys and asks the models. */
import './jitless.ts';
import { systemClock } from './models/index.ts';
import { sealedRecord } from './store/keyVault.ts';
import { serveModels } from './workers/serveModels.ts';

const CHECK_EVERY_MS = 15_000;

const checkIdle = serveModels(
  {
    post: (message) => self.postMessage(message),
    onMessage: (listener) =>
      self.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  },
  {
    fetch: self.fetch.bind(self),
    clock: systemClock,
    random: Math.random,
    now: Date.now,
    vault: sealedRecord({ indexedDB: self.indexedDB, IDBKeyRange: self.IDBKeyRange }),
  },
);
setInterval(checkIdle, CHECK_EVERY_MS);
