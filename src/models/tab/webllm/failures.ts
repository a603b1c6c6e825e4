import { ModelError, type ModelErrorKind } from '#core/model/index.ts';
import { TabEngineError, type TabFailure } from '../engine.ts';

/** What WebLLM threw, as text: an error, or (through its worker) only the words of one. */
export function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.startsWith(error.name) ? error.message : `${error.name}: ${error.message}`;
}

const SMALLER = 'Close other tabs, or take a smaller model or a smaller context.';
const AGAIN = 'Load it again.';

interface Rule<Kind> {
  readonly when: RegExp;
  readonly kind: Kind;
  readonly what: string;
  readonly next: string;
}

/** In the order in which they are tried: what is said in passing of memory or the network is not what failed. */
const loading: readonly Rule<TabFailure>[] = [
  {
    when: /WebGPUNotAvailable|WebGPUNotFound|Unable to find a compatible GPU/,
    kind: 'no-gpu',
    what: 'This browser offers no WebGPU.',
    next: 'Use a current Chrome, Edge or Safari with a graphics processor, or a model that runs on the processor.',
  },
  {
    when: /ShaderF16Support|shader-f16/,
    kind: 'no-f16',
    what: 'This graphics processor cannot compute with 16 bits (shader-f16), and the model needs it.',
    next: 'Take the same model with "q4f32" in its name.',
  },
  {
    when: /requested max\w+\s+exceeds limit|maxStorageBuffer|maxCompute|maxBufferSize/,
    kind: 'no-gpu',
    what: 'This graphics processor is too small for WebLLM.',
    next: 'Use a model that runs on the processor.',
  },
  {
    when: /QuotaExceeded|exceeded the quota|quota/i,
    kind: 'storage',
    what: 'The browser has no room for the files of this model.',
    next: 'Delete models that you do not need, or free space on this device.',
  },
  {
    when: /DeviceLost|out of memory|OutOfMemory|allocation failed|device (was|is) lost|Aborted\(OOM/i,
    kind: 'memory',
    what: 'There is not enough memory for this model.',
    next: SMALLER,
  },
  {
    when: /LinkError|CompileError|WebAssembly|wasm magic word/i,
    kind: 'file',
    what: 'The model library does not fit this version of WebLLM (0.2.86).',
    next: 'Take a library that was compiled for it (v0_2_86).',
  },
  {
    when: /IntegrityError/,
    kind: 'file',
    what: 'A file of the model is not what it should be.',
    next: 'Delete the model and load it again.',
  },
  {
    when: /Failed to fetch|NetworkError|Load failed|Failed to execute 'add' on 'Cache'|Request failed|Cannot fetch|ERR_/i,
    kind: 'network',
    what: 'A part of the model did not arrive.',
    next: 'Check the address and the connection, and press Load again: what has arrived is kept.',
  },
  {
    when: /SyntaxError|is not valid JSON|Unexpected token|UnsupportedTokenizer|MissingModel|ModelNotFound|ConfigValue|WindowSize|tokenizer/i,
    kind: 'file',
    what: 'The files are not those of a model for WebLLM.',
    next: 'They are mlc-chat-config.json, tensor-cache.json, tokenizer.json, params_shard_*.bin and a library (.wasm).',
  },
];

/** Why a load failed, with what to do. */
export function loadFailure(error: unknown): TabEngineError {
  if (error instanceof TabEngineError) return error;
  const said = words(error);
  const rule = loading.find(({ when }) => when.test(said));
  if (rule !== undefined) return new TabEngineError(rule.kind, `${rule.what}${detail(said)}`, rule.next);
  return new TabEngineError('other', `WebLLM could not load the model.${detail(said)}`, AGAIN);
}

const replying: readonly Rule<ModelErrorKind>[] = [
  {
    when: /ContextWindowSizeExceeded|exceed context window/i,
    kind: 'context',
    what: 'The conversation is longer than the context of this model.',
    next: 'Load the model with a larger context, or choose a smaller domain.',
  },
  {
    when: /DeviceLost|device (was|is) lost|ModelNotLoaded|ConfigurationNotInitialized|out of memory|OutOfMemory|destroyed/i,
    kind: 'device',
    what: 'The graphics processor has dropped the model.',
    next: `${AGAIN} ${SMALLER}`,
  },
  {
    when: /GrammarMatcherInit/,
    kind: 'request',
    what: 'WebLLM cannot constrain the reply to the schema of the tools.',
    next: 'Choose another model.',
  },
  {
    when: /MessageOrder|SystemMessageOrder|ContentType|UnsupportedRole|UnsupportedFields|MinValue|RangeError|NonNegative|SeedType/,
    kind: 'request',
    what: 'WebLLM does not accept the request.',
    next: 'Choose another model.',
  },
];

/** Why a reply failed. Nothing here is worth the same request again: the engine would do the same. */
export function replyFailure(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const said = words(error);
  const rule = replying.find(({ when }) => when.test(said));
  if (rule !== undefined) return new ModelError(rule.kind, `${rule.what}${detail(said)}`, rule.next);
  return new ModelError('device', `WebLLM failed.${detail(said)}`, AGAIN);
}

/** The first line of what was thrown, short: it may hold a whole schema. */
function detail(said: string): string {
  const [line = ''] = said.split('\n');
  return line === '' ? '' : ` (${line.length > 200 ? `${line.slice(0, 200)}…` : line})`;
}
