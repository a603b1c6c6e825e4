import { expect, test, vi } from 'vitest';
import { UpdateState } from './update.svelte.ts';

/** A service worker, its registration and its container, as far as they are used. */
function browser(controlled: boolean) {
  const worker = Object.assign(new EventTarget(), { state: 'installing', postMessage: vi.fn() });
  const registration = Object.assign(new EventTarget(), { waiting: null, installing: worker });
  const container = Object.assign(new EventTarget(), { controller: controlled ? worker : null });
  const reload = vi.fn();
  const update = new UpdateState(container as unknown as ServiceWorkerContainer, reload);
  update.follow(registration as unknown as ServiceWorkerRegistration);
  const arrive = () => {
    registration.dispatchEvent(new Event('updatefound'));
    worker.state = 'installed';
    worker.dispatchEvent(new Event('statechange'));
  };
  return { worker, container, reload, update, arrive };
}

test('a newer build waits until it is asked for, and then loads the page once', () => {
  const { worker, container, reload, update, arrive } = browser(true);
  expect(update.ready).toBe(false);
  arrive();
  expect(update.ready).toBe(true);
  expect(worker.postMessage).not.toHaveBeenCalled();
  update.apply();
  expect(worker.postMessage).toHaveBeenCalledWith('take over');
  expect(reload).not.toHaveBeenCalled();
  container.dispatchEvent(new Event('controllerchange'));
  container.dispatchEvent(new Event('controllerchange'));
  expect(reload).toHaveBeenCalledTimes(1);
});

test('the first build of a visit is no update', () => {
  const { container, reload, update, arrive } = browser(false);
  arrive();
  expect(update.ready).toBe(false);
  update.apply();
  container.dispatchEvent(new Event('controllerchange'));
  expect(reload).not.toHaveBeenCalled();
});
