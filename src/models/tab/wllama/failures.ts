/** What went wrong in wllama, in our words. It throws texts, errors of its own, and what a WebAssembly trap says. */
import { ModelError } from '#core/model/index.ts';
import { TabEngineError } from '../engine.ts';

const LOAD_AGAIN =
  'Load it again in Settings, then go on; choose a smaller one or a shorter context if it happens again.';

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** After these nothing can be asked of the engine any more. */
export function isFatal(error: unknown): boolean {
  return /\(ABORT\)|has crashed|out of bounds|unreachable|out of memory|memory access|stack (size|overflow)|null function/i.test(
    textOf(error),
  );
}

/** Why a reply failed. */
export function replyFailure(error: unknown, hasSchema: boolean): ModelError {
  const text = textOf(error);
  if (isFatal(error))
    return new ModelError('device', `The engine in this tab died (${short(text)}).`, LOAD_AGAIN);
  if (/context size|exceed_context|context window|too (long|large)/i.test(text))
    return new ModelError(
      'context',
      `Prompt and reply do not fit: ${short(text)}.`,
      'Load the model with a longer context, or choose a smaller domain.',
    );
  // A C++ exception reaches us as its first bytes, taken for a length.
  if (/Invalid typed array length/.test(text))
    return new ModelError(
      'request',
      hasSchema
        ? 'The engine could not use the JSON Schema of the reply, or the model wrote what is no text.'
        : "The engine refused the request, or the model's chat template cannot write this conversation.",
      'Choose another model, or another way to call tools.',
    );
  return new ModelError(
    'server',
    `The engine failed (${short(text)}).`,
    'Try again, or load the model again.',
  );
}

/** Why a model could not be loaded. `log` is what llama.cpp said. */
export function loadFailure(error: unknown, log: readonly string[]): TabEngineError {
  if (error instanceof TabEngineError) return error;
  const text = textOf(error);
  const all = [text, ...log].join('\n');
  if (/out of memory|allocat|Cannot grow|memory access|bad_alloc|(ABORT)\s*OOM/i.test(all))
    return new TabEngineError(
      'memory',
      'There is not enough memory for this model.',
      'Close other tabs, load it with a shorter context, or choose a smaller model.',
    );
  if (/File read failed/.test(text))
    return new TabEngineError('file', 'The file could not be read to its end.', 'Choose it again.');
  if (/unknown (model )?architecture|unsupported model/i.test(all))
    return new TabEngineError(
      'file',
      'This build does not know the architecture of this model.',
      'Choose another model.',
    );
  const said = log.filter((line) => /error|fail|invalid/i.test(line)).at(0);
  return new TabEngineError(
    'file',
    `The file could not be loaded as a model${said === undefined ? ` (${short(text)})` : `: ${short(said)}`}.`,
    'It may be damaged or incomplete: delete it and download it again, or choose another one.',
  );
}

const short = (text: string) =>
  text
    .trim()
    .replace(/[.\s]+$/, '')
    .slice(0, 200);
