// The page must start fast on a slow connection: all script it needs before first paint, compressed, has a limit.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

export const LIMIT_KB = 120;
const STATIC_IMPORT = /(?:\bimport|\bfrom)\s*["'](\.{1,2}\/[^"']+)["']/g;
const PAGE_SCRIPT = /<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+\.js)"/g;

/**
 * The scripts that a built page loads at first, with their size in kB after gzip.
 * @param {string} dist
 * @returns {Map<string, number>}
 */
export function initialScripts(dist) {
  const sizes = new Map();
  const visit = (file) => {
    if (sizes.has(file)) return;
    const code = readFileSync(file);
    sizes.set(file, gzipSync(code).length / 1000);
    for (const [, path] of code.toString().matchAll(STATIC_IMPORT)) visit(join(dirname(file), path));
  };
  for (const [, path] of readFileSync(join(dist, 'index.html'), 'utf8').matchAll(PAGE_SCRIPT))
    visit(join(dist, path));
  return sizes;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const dist = process.argv[2] ?? 'dist';
  const sizes = initialScripts(dist);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  for (const [file, size] of sizes) console.log(`${size.toFixed(1).padStart(7)} kB  ${relative(dist, file)}`);
  console.log(`${total.toFixed(1).padStart(7)} kB  of ${LIMIT_KB} kB initial script, compressed`);
  // No script at all means that the page was not read correctly, not that it is small.
  process.exit(sizes.size > 0 && total <= LIMIT_KB ? 0 : 1);
}
