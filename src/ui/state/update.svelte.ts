/** The parts of a service worker's registration that are used. */
type Registration = Pick<ServiceWorkerRegistration, 'waiting' | 'installing' | 'addEventListener'>;
type Container = Pick<ServiceWorkerContainer, 'controller' | 'addEventListener'>;

/** Whether a newer build of the page has arrived. It takes over only when the reader says so. */
export class UpdateState {
  readonly #container: Container;
  readonly #reload: () => void;
  #waiting = $state.raw<Pick<ServiceWorker, 'postMessage'> | null>(null);

  /** @param reload loads the page anew */
  constructor(container: Container, reload: () => void) {
    this.#container = container;
    this.#reload = reload;
  }

  get ready(): boolean {
    return this.#waiting !== null;
  }

  /** Watches for builds that arrive while the page is open, and one that came before. */
  follow(registration: Registration): void {
    // A page that no build controls yet is served by its first: there is nothing to take over from.
    const updated = (next: ServiceWorker | null) => {
      if (next !== null && this.#container.controller !== null) this.#waiting = next;
    };
    updated(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const next = registration.installing;
      next?.addEventListener('statechange', () => {
        if (next.state === 'installed') updated(next);
      });
    });
  }

  /** Lets the newer build take over, and loads the page with it. */
  apply(): void {
    if (this.#waiting === null) return;
    this.#container.addEventListener('controllerchange', () => this.#reload(), { once: true });
    this.#waiting.postMessage('take over');
  }
}
