/** A place where a rollout waits for a person, once at a time. */
export class Waiting<Move> {
  #answer: ((move: Move) => void) | null = null;

  /** Resolves with what the person does. Rejects with the signal's reason when it fires. */
  wait(signal: AbortSignal | undefined): Promise<Move> {
    signal?.throwIfAborted();
    return new Promise<Move>((resolve, reject) => {
      const end = () => {
        signal?.removeEventListener('abort', onabort);
        this.#answer = null;
      };
      const onabort = () => {
        end();
        reject(signal?.reason instanceof Error ? signal.reason : new DOMException('Stopped.', 'AbortError'));
      };
      signal?.addEventListener('abort', onabort, { once: true });
      this.#answer = (move) => {
        end();
        resolve(move);
      };
    });
  }

  /** Hands a move over; false when nobody waits for one. */
  answer(move: Move): boolean {
    if (this.#answer === null) return false;
    this.#answer(move);
    return true;
  }
}
