import { ModelError, type ModelErrorKind } from '#core/model/index.ts';

const NEXT: Readonly<Record<ModelErrorKind, string>> = {
  key: 'Check the key: is it whole, of this provider, and allowed to use this model?',
  credit: 'Add credit at the provider, or use another key.',
  rate: 'Wait, or lower the number of requests at once.',
  server: 'The provider has a problem; try again later.',
  request: 'Check the name of the model and its settings.',
  context: 'Choose a model with a larger context, or a smaller domain.',
  protocol: 'Is this address that of a model server?',
  device: 'Load the model again, or a smaller one.',
  budget: 'Raise the limit to go on.',
};

/** The failure behind an HTTP status and body. `text` has been redacted. */
export function failureOf(status: number, text: string, headers: Pick<Headers, 'get'>): ModelError {
  const said = messageIn(text);
  const kind = kindOf(status, `${said} ${text}`.toLowerCase());
  return new ModelError(
    kind,
    `The provider answered ${status}${said === '' ? '' : `: ${said}`}.`,
    NEXT[kind],
    {
      status,
      retryAfter: retryAfterOf(headers),
    },
  );
}

/** The kind of failure; `words` in lower case. */
function kindOf(status: number, words: string): ModelErrorKind {
  if (
    status === 402 ||
    /insufficient_quota|key limit exceeded|insufficient (credit|balance|funds)|billing|credit balance/.test(
      words,
    )
  )
    return 'credit';
  if (status === 401 || status === 403 || /api[ _-]?key (not valid|is invalid)|invalid api key/.test(words))
    return 'key';
  if (status === 429) return 'rate';
  if (
    status === 413 ||
    /context[ _](length|window|size)|maximum context|too many tokens|prompt is too long/.test(words)
  )
    return 'context';
  if (status >= 500 || status === 408 || status === 409) return 'server';
  return 'request';
}

/** The vendors put their message in `error.message`, some servers in `error`, `message` or `detail`. */
function messageIn(text: string): string {
  const found = /"(?:message|detail|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? '';
  return found
    .replaceAll('\\n', ' ')
    .replaceAll('\\"', '"')
    .replace(/[.\s]+$/, '')
    .slice(0, 300);
}

/** Milliseconds from `retry-after-ms`, or from `retry-after` in seconds; a date there is not worth a clock. */
function retryAfterOf(headers: Pick<Headers, 'get'>): number | null {
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null;
}
