// The page must start fast on a slow connection: all script it needs before first paint, compressed, has a limit.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 120;
const STATIC_IMPORT = /(?:\bimport|\bfrom)\s*["'](\.{1,2}\/[^"']+)["']/g;
const PAGE_SCRIPT = /<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+\.js)"/g;

const dist = process.argv[2] ?? 'dist';
const sizes = new Map();

for (const [, path] of readFileSync(join(dist, 'index.html'), 'utf8').matchAll(PAGE_SCRIPT)) {
  visit(join(dist, path));
}

function visit(file) {
  if (sizes.has(file)) return;
  const code = readFileSync(file);
  sizes.set(file, gzipSync(code).length / 1000);
  for (const [, path] of code.toString().matchAll(STATIC_IMPORT)) visit(join(dirname(file), path));
}

const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of sizes) console.log(`${size.toFixed(1).padStart(7)} kB  ${relative(dist, file)}`);
console.log(`${total.toFixed(1).padStart(7)} kB  of ${LIMIT_KB} kB initial script, compressed`);
// No script at all means that the page was not read correctly, not that it is small.
process.exit(sizes.size > 0 && total <= LIMIT_KB ? 0 : 1);
