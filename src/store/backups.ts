import { InputError } from '#core/environment/index.ts';
import { exportWorkspace, type Exported, type ExportOptions } from './bundle.ts';
import { importBundle, previewBundle, type BundlePreview, type ImportAs } from './bundleImport.ts';
import { readBundle } from './bundleRead.ts';
import { defaultLimits, type Progress } from './manifest.ts';
import type { Repository } from './repository.ts';
import type { WorkspaceRow } from './rows.ts';

/** A file as a person hands it over. */
export type BundleFile = Pick<File, 'name' | 'size' | 'arrayBuffer'>;

export interface OpenOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: Progress;
}

/** A file that was read and verified. Nothing is written before {@link OpenBundle.import}. */
export interface OpenBundle {
  readonly preview: BundlePreview;
  /** Writes it: all of it or nothing. Rejects as {@link importBundle} does. */
  import(as: ImportAs): Promise<WorkspaceRow>;
  /** Lets go of the file. */
  close(): void;
}

/** Workspaces to files and back, in this thread or in a worker: the same either way. */
export interface Backups {
  /** Rejects as {@link exportWorkspace} does. */
  exportWorkspace(workspace: string, options: ExportOptions): Promise<Exported>;
  /** Reads a file to the last row. Rejects with one `InputError` about the file, or the signal's reason. */
  openBundle(file: BundleFile, options?: OpenOptions): Promise<OpenBundle>;
}

/** In this thread: it stands still for seconds while a large workspace is packed or unpacked. */
export function localBackups(repository: Repository): Backups {
  return {
    exportWorkspace: (workspace, options) => exportWorkspace(repository, workspace, options),
    async openBundle(file, options = {}) {
      const bundle = await readBundle({ name: file.name, bytes: await bytesOf(file) }, options);
      options.signal?.throwIfAborted();
      return {
        preview: await previewBundle(repository, bundle),
        import: (as) => importBundle(repository, bundle, as),
        close: () => undefined,
      };
    },
  };
}

/** A file over the limit is refused before it is loaded. */
async function bytesOf(file: BundleFile): Promise<Uint8Array> {
  const { name, size } = file;
  if (size > defaultLimits.file) {
    const [found, allowed] = [size, defaultLimits.file].map((bytes) => Math.ceil(bytes / 1024 / 1024));
    throw new InputError(
      name,
      `a file of ${found} MB; at most ${allowed} MB are allowed.`,
      'Nothing was imported.',
    );
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(name, `it cannot be read: ${reason}`, 'Nothing was imported.');
  }
}
