/** The private file system of a browser in memory, as far as it is used: one folder, exclusive handles, a limit. */

interface Held {
  bytes: Uint8Array<ArrayBuffer>;
  isOpen: boolean;
}

export interface MemoryFiles {
  readonly storage: Pick<StorageManager, 'getDirectory' | 'estimate'>;
  /** Names and sizes of what is there. */
  readonly sizes: () => Record<string, number>;
  /** Puts a file there, as a tab did that was closed. */
  readonly put: (name: string, text: string) => void;
}

export interface MemoryFilesInput {
  /** Bytes that fit; a write beyond them throws, or is cut where `isSilent`. */
  readonly limit?: number;
  readonly isSilent?: boolean;
  /** What `estimate` says; absent says the limit. */
  readonly quota?: number;
}

/** Makes one. */
export function memoryFiles({
  limit = Infinity,
  isSilent = false,
  quota,
}: MemoryFilesInput = {}): MemoryFiles {
  const files = new Map<string, Held>();
  const used = () => [...files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const fail = (name: string) => new DOMException(`${name} in a test`, name);

  const open = (held: Held) => {
    if (held.isOpen) throw fail('NoModificationAllowedError');
    held.isOpen = true;
    return {
      getSize: () => held.bytes.length,
      truncate: (size: number) => (held.bytes = held.bytes.slice(0, size)),
      write(part: Uint8Array, { at }: { readonly at: number }) {
        const room = limit - used();
        if (part.length > room && !isSilent) throw fail('QuotaExceededError');
        const fits = part.subarray(0, Math.max(0, Math.min(part.length, room)));
        const next = new Uint8Array(Math.max(held.bytes.length, at + fits.length));
        next.set(held.bytes);
        next.set(fits, at);
        held.bytes = next;
        return fits.length;
      },
      flush: () => undefined,
      close: () => (held.isOpen = false),
    };
  };
  const folder = {
    getFileHandle(name: string, options?: { readonly create?: boolean }) {
      const known = files.get(name);
      if (known === undefined && options?.create !== true) return Promise.reject(fail('NotFoundError'));
      const held = known ?? { bytes: new Uint8Array(), isOpen: false };
      files.set(name, held);
      return Promise.resolve({
        getFile: () => Promise.resolve(new File([held.bytes], name)),
        createSyncAccessHandle: async () => Promise.resolve(open(held)),
      });
    },
    removeEntry(name: string) {
      const held = files.get(name);
      if (held === undefined) return Promise.reject(fail('NotFoundError'));
      if (held.isOpen) return Promise.reject(fail('NoModificationAllowedError'));
      files.delete(name);
      return Promise.resolve();
    },
    async *entries() {
      await Promise.resolve();
      yield* [...files.keys()].map((name) => [name, {}] as const);
    },
  };
  const root = { getDirectoryHandle: () => Promise.resolve(folder) };
  return {
    storage: {
      // As far as it is used; the rest of a handle is not there.
      getDirectory: () => Promise.resolve(root as unknown as FileSystemDirectoryHandle),
      estimate: () => Promise.resolve({ quota: quota ?? limit, usage: used() }),
    },
    sizes: () => Object.fromEntries([...files].map(([name, { bytes }]) => [name, bytes.length])),
    put: (name, text) => files.set(name, { bytes: new TextEncoder().encode(text), isOpen: false }),
  };
}
