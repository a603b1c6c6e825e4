/// <reference lib="webworker" />
import { openRepository, withRunLock } from '../store/index.ts';
import { runNamed } from './storedRows.ts';

/** What a test asks of the other tab: a worker has a database connection and locks of its own, as a tab has. */
export type Order =
  | { readonly type: 'put-run'; readonly database: string; readonly run: string }
  | { readonly type: 'hold-lock'; readonly workspace: string; readonly run: string };

async function follow(order: Order): Promise<void> {
  if (order.type === 'hold-lock') {
    const forever = () =>
      new Promise<never>(() => {
        postMessage('held');
      });
    const { workspace, run: id } = order;
    await withRunLock(navigator.locks, { workspace, id }, new AbortController().signal, forever);
    return;
  }
  const { indexedDB, IDBKeyRange } = globalThis;
  const repository = await openRepository({ indexedDB, IDBKeyRange, name: order.database });
  await repository.put('runs', [runNamed('w', order.run)]);
  postMessage('put');
}

addEventListener('message', (event: MessageEvent<Order>) => {
  follow(event.data).catch((error: unknown) => postMessage(String(error)));
});
