import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '#core/environment/index.ts';

/**
 * Writes files below a folder that appears under its name only when all of them are there. Throws {@link InputError}
 * when the folder holds something already: nothing is replaced.
 */
export function writeFolder(
  path: string,
  files: readonly { readonly path: string; readonly content: string | Uint8Array }[],
): void {
  const target = resolve(path);
  checkFree(path);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    for (const file of files) {
      const place = join(temporary, file.path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, file.content);
    }
    mkdirSync(temporary, { recursive: true });
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
  } catch (error) {
    throw new InputError(
      path,
      `cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
    );
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Throws {@link InputError} unless a folder can be made here: asked before the work that fills it. */
export function checkFree(path: string): void {
  const target = resolve(path);
  if (!existsSync(dirname(target)))
    throw new InputError(path, 'the folder above it does not exist.', 'Make it first.');
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw new InputError(path, 'this is a file, not a folder.');
  if (readdirSync(target).length > 0)
    throw new InputError(path, 'this folder is not empty.', 'Name a new one: nothing is replaced.');
}
