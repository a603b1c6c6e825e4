import type { VaultRecord, VaultStore } from '../models/vault.ts';

/** A place for one sealed record, in memory; what lies there can be looked at and changed. */
export function memoryVault(): VaultStore & { record: VaultRecord | undefined } {
  return {
    record: undefined,
    read() {
      return Promise.resolve(this.record);
    },
    replace(before, next) {
      const isSame = this.record?.iv.join() === before?.join();
      if (isSame) this.record = next;
      return Promise.resolve(isSame);
    },
    delete() {
      this.record = undefined;
      return Promise.resolve();
    },
  };
}
