/** What went wrong on the model's side. The kinds are what callers decide on; nothing depends on the words. */
export const modelErrorKinds = [
  /** The key is missing, wrong, expired or not allowed to do this. */
  'key',
  /** The account has no credit or quota left. */
  'credit',
  /** Too many requests; `retryAfter` may say when to come back. */
  'rate',
  /** The vendor or the engine failed, and may not the next time. */
  'server',
  /** The request is not accepted and never will be: a parameter, a model name. */
  'request',
  /** Prompt and reply do not fit into the model's context. */
  'context',
  /** The answer is not of the protocol: malformed JSON, a stream that was cut. */
  'protocol',
  /** The device lost the model or has no memory for it. */
  'device',
  /** The limit on spending that the person set was reached. */
  'budget',
] as const;
export type ModelErrorKind = (typeof modelErrorKinds)[number];

const passing: ReadonlySet<ModelErrorKind> = new Set(['rate', 'server', 'protocol']);

/** A model or its server answered with a failure. A rollout ends with it, and it is never counted as the agent's. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly kind: ModelErrorKind;
  /** What the person can do. */
  readonly next: string;
  /** HTTP status, where there was one. */
  readonly status: number | null;
  /** Milliseconds to wait, when the server said so. */
  readonly retryAfter: number | null;

  constructor(
    kind: ModelErrorKind,
    what: string,
    next: string,
    detail: { readonly status?: number; readonly retryAfter?: number | null } = {},
  ) {
    super(`${what} ${next}`.trim());
    this.kind = kind;
    this.next = next;
    this.status = detail.status ?? null;
    this.retryAfter = detail.retryAfter ?? null;
  }

  /** Whether the same request may succeed later. */
  get isRetryable(): boolean {
    return passing.has(this.kind);
  }
}

/**
 * No answer came: offline, blocked (CORS, a firewall, a wrong address), or silent for too long. A browser does not
 * tell these apart.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly next: string;
  /** Silence is worth another try; a blocked address is not, after the first. */
  readonly isRetryable: boolean;

  constructor(what: string, next: string, isRetryable: boolean) {
    super(`${what} ${next}`.trim());
    this.next = next;
    this.isRetryable = isRetryable;
  }
}
