export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
}

const QUIET_MS = 5000;
const TOAST_MS = 6000;

/** What is said aside: short messages in a corner, and progress for screen readers. */
export class Announcer {
  readonly #now: () => number;
  #toasts = $state.raw<readonly Toast[]>([]);
  #spoken = $state.raw('');
  #nextId = 1;
  #spokenAt = -QUIET_MS;
  #waiting: string | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get toasts(): readonly Toast[] {
    return this.#toasts;
  }
  /** The text of the live region. */
  get spoken(): string {
    return this.#spoken;
  }

  /** Says progress to screen readers, at most every five seconds; of what comes faster, the newest is said. */
  announce(text: string): void {
    const wait = this.#spokenAt + QUIET_MS - this.#now();
    if (this.#waiting === null && wait <= 0) {
      this.#say(text);
      return;
    }
    if (this.#waiting === null) setTimeout(() => this.#say(this.#waiting ?? ''), Math.max(0, wait));
    this.#waiting = text;
  }

  /** Shows a short message. Errors stay until they are dismissed. */
  toast(text: string, kind: Toast['kind'] = 'info'): void {
    const id = this.#nextId++;
    this.#toasts = [...this.#toasts, { id, kind, text }];
    if (kind === 'info') setTimeout(() => this.dismiss(id), TOAST_MS);
  }

  dismiss(id: number): void {
    this.#toasts = this.#toasts.filter((toast) => toast.id !== id);
  }

  #say(text: string): void {
    this.#waiting = null;
    this.#spokenAt = this.#now();
    this.#spoken = text;
  }
}
