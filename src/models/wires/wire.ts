import type { FinishReason, ModelRequest, ModelUsage } from '#core/model/index.ts';

/** What one event of a stream adds to the reply. */
export type WirePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** Parts of one call share an index; id and name come with one of them. */
  | {
      readonly type: 'call';
      readonly index: number;
      readonly id?: string | undefined;
      readonly name?: string | undefined;
      readonly raw: string;
    }
  | { readonly type: 'usage'; readonly usage: Partial<ModelUsage> }
  | { readonly type: 'finish'; readonly finish: FinishReason }
  /** The vendor reports a failure inside a stream that began well. */
  | { readonly type: 'failure'; readonly status: number; readonly message: string };

/** How one vendor's protocol writes a request and a streamed reply. Knows nothing of keys beyond their header. */
export interface Wire {
  readonly id: 'openai' | 'anthropic' | 'google';
  /** The path below the provider's base address. */
  path(model: string): string;
  /** Headers beside the content type. Each one costs nothing: all of them pass the vendors' preflight. */
  headers(key: string | null): Readonly<Record<string, string>>;
  body(request: ModelRequest, model: string): object;
  /** A reader of the JSON of server-sent events. It throws a `ZodError` when one is not of the protocol. */
  reader(request: ModelRequest): (data: unknown) => readonly WirePart[];
  /** Where the list of models is, and how its answer is read. */
  readonly models: { readonly path: string; read(body: unknown): readonly ListedModel[] };
}

/** A model as its provider lists it. */
export interface ListedModel {
  readonly id: string;
  /** Tokens of prompt and reply together; null where the provider does not say. */
  readonly contextTokens: number | null;
}
