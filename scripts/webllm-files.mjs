// The files of a model for WebLLM that speaks a script, for the test of a real engine: its library is all that it needs
// from elsewhere. `node scripts/webllm-files.mjs Qwen2-0.5B-Instruct-q4f32_1-ctx4k_cs1k-webgpu.wasm FOLDER`, then
// `WEBLLM_MODEL_DIR=FOLDER npx vitest run --project browser webllm.svelte`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './install.mjs';

const [library, folder] = process.argv.slice(2);
if (library === undefined || folder === undefined) {
  process.stderr.write('Usage: node scripts/webllm-files.mjs LIBRARY.wasm FOLDER\n');
  process.exit(2);
}
const { module } = await runnerImport(join(ROOT, 'src/testing/scriptedMlc.ts'));
// What the test asks, and a call as WebLLM writes JSON.
const call = { call: 'get_weather', arguments: { city: 'Paris' } };
const turns = [{ when: 'How warm is it in Paris?', reply: JSON.stringify(call, null, 2) }];
mkdirSync(folder, { recursive: true });
for (const [name, content] of module.scriptedMlc(readFileSync(library), turns, 512))
  writeFileSync(join(folder, name), content);
copyFileSync(library, join(folder, basename(library)));
