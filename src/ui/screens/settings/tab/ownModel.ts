/** Models of a person's own: from files, or from an address. */
import { InputError } from '#core/environment/index.ts';
import { mayConnect } from '../../../../models/index.ts';
import type { TabModelSpec } from '../../../../models/tab/engine.ts';
import type { WebllmRecord } from '../../../../models/tab/webllm/record.ts';
import type { OwnModel } from '../../../state/tabModels.svelte.ts';

/** "wllama/<name>" of a file: letters, digits, dots and dashes, without its ending. */
const idOf = (file: string) => `wllama/${named(file.replace(/\.gguf$/i, ''))}`;

function named(text: string): string {
  const name = text.replace(/[^\w.-]+/g, '-').slice(0, 80);
  return name === '' ? 'model' : name;
}

/** A model in files that were chosen: one, or all parts of one. Throws `InputError` for none. */
export function fromFiles(files: readonly File[], contextTokens: number): TabModelSpec {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [first] = sorted;
  if (first === undefined) throw new InputError('files', 'no file was chosen.');
  const id = idOf(first.name);
  const source = { from: 'files', files: sorted } as const;
  return { id, engine: 'wllama', title: first.name, source, contextTokens, library: null };
}

/** A model for WebLLM in files that were chosen, its library among them. Throws `InputError` without one. */
export function fromWebllmFiles(files: readonly File[], contextTokens: number): TabModelSpec {
  const library = files.find(({ name }) => /\.wasm$/i.test(name));
  if (library === undefined)
    throw new InputError(
      'files',
      'no library (.wasm) is among them.',
      'Choose all files of the model at once: mlc-chat-config.json, tokenizer.json, the list, the shards, and the library.',
    );
  // "Qwen3-0.6B-q4f16_1-ctx4k_cs1k-webgpu.wasm": its name says how it was compiled, which tells what it needs.
  const title = library.name.replace(/(-ctx\w+)?(-webgpu)?\.wasm$/i, '');
  const source = { from: 'files', files } as const;
  return { id: `webllm/${named(title)}`, engine: 'webllm', title, source, contextTokens, library: null };
}

/**
 * A model by its address. A page of the Hub that shows a file is taken for the file. Throws `InputError` for what is no
 * address, or one that this build of the page may not connect to.
 */
export function fromAddress(text: string, sources: readonly string[], sum = ''): OwnModel {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new InputError('address', 'this is no address.', 'It begins with https:// and ends in .gguf.');
  }
  if (url.hostname === 'huggingface.co') url.pathname = url.pathname.replace('/blob/', '/resolve/');
  const file = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  if (!/\.gguf$/i.test(file))
    throw new InputError(
      'address',
      'the address of a GGUF file ends in .gguf.',
      'Open the file on its page, and copy the address of the download.',
    );
  if (!mayConnect(url.href, sources))
    throw new InputError(
      'address',
      `this build of the page may not connect to ${url.host}.`,
      'Download the file there and choose it here, or build the page with CONNECT_SRC set to its origin.',
    );
  const sha256 = sum
    .trim()
    .toLowerCase()
    .replace(/^sha256[:-]/, '');
  if (sha256 !== '' && !/^[0-9a-f]{64}$/.test(sha256))
    throw new InputError('sum', 'a SHA-256 has 64 digits and letters from a to f.');
  if (sha256 !== '' && /-00001-of-\d+\.gguf$/i.test(file))
    throw new InputError('sum', 'a model in several files has several sums; leave it empty.');
  return {
    ...{ id: idOf(file), engine: 'wllama', title: file, url: url.href, library: null },
    ...{ sha256: sha256 === '' ? null : sha256, record: null },
  };
}

/** A model for WebLLM, as its record says. */
export function fromRecord(record: WebllmRecord): OwnModel {
  const { model_id: name, model: url, model_lib: library } = record;
  return { id: `webllm/${name}`, engine: 'webllm', title: name, url, library, sha256: null, record };
}

/** Room that a model is loaded with: what its record says, or what was chosen. */
export const roomOf = ({ record }: OwnModel, chosen: number): number =>
  record?.overrides?.context_window_size ?? chosen;

/** The model that was added, with room for so many tokens unless it says itself. */
export function ownSpec(model: OwnModel, chosen: number): TabModelSpec {
  const { id, engine, title, url, library, sha256, record } = model;
  const contextTokens = roomOf(model, chosen);
  return { id, engine, title, source: { from: 'url', url }, contextTokens, library, sha256, record };
}

/** Origins from which this page may load models, as its content policy has it: see vite.config.ts. */
export const modelOrigins = (page: string, built: readonly string[]): readonly string[] => [
  ...[page, 'https://huggingface.co', 'https://*.hf.co', 'https://raw.githubusercontent.com'],
  ...built,
];
