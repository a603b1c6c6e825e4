import { expect, it } from 'vitest';
import { webWorkerPort } from './port.ts';

class FakeWorker extends EventTarget {
  readonly posted: unknown[] = [];
  ended = false;
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
}

it('hands messages both ways, says why a worker failed, and ends it', async () => {
  const worker = new FakeWorker();
  const port = webWorkerPort(worker);
  const heard: unknown[] = [];
  const failures: unknown[] = [];
  port.onMessage((message) => heard.push(message));
  port.onError((error) => failures.push(error));
  port.post({ id: 1 });
  worker.dispatchEvent(new MessageEvent('message', { data: { id: 1, ok: true } }));
  worker.dispatchEvent(Object.assign(new Event('error'), { message: 'x is not defined' }));
  worker.dispatchEvent(new Event('error'));
  worker.dispatchEvent(new MessageEvent('messageerror'));
  await port.terminate();
  expect(worker.posted).toEqual([{ id: 1 }]);
  expect(heard).toEqual([{ id: 1, ok: true }]);
  expect(failures.map(String)).toEqual([
    'Error: x is not defined',
    'Error: The worker could not be loaded.',
    'Error: A message of the worker could not be read.',
  ]);
  expect(worker.ended).toBe(true);
});
