import { ModelError } from '#core/model/index.ts';

/** What the browser means, by the names of its exceptions. */
export function builtinFailure(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const [name, words] = error instanceof Error ? [error.name, error.message] : ['', String(error)];
  switch (name) {
    case 'QuotaExceededError':
      return full();
    case 'NotSupportedError':
      return new ModelError(
        'request',
        `The browser's model does not do this (${words}).`,
        'Choose another model.',
      );
    case 'NotAllowedError':
      return new ModelError(
        'device',
        `The browser does not allow its model here (${words}).`,
        'Load it by the button in Settings, and allow it for this page.',
      );
    case 'InvalidStateError':
    case 'AbortError':
      return new ModelError('device', 'The browser ended its model.', 'Load it again in Settings.');
    default:
      return new ModelError('server', `The browser's model failed (${words}).`, 'Try again.');
  }
}

/** The browser would drop the beginning of the conversation without a word; nothing that follows would mean anything. */
export const full = () =>
  new ModelError(
    'context',
    "The conversation does not fit into the browser's model.",
    'Choose a smaller domain, or a model with a larger context.',
  );
