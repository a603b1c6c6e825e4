import { shortDigest } from '#core/environment/index.ts';
import type { LanguageModel, ModelReply, ModelRequest } from '#core/model/index.ts';
import { played, type Exchange } from './recorded.ts';

/**
 * What models have said in one rollout, in order. A rollout that was cut off is begun again from its first turn: as
 * long as everything asks what was asked then, it is told what was said then, at no cost; from the first other
 * question on the models are asked.
 */
export class Journal {
  readonly #said: readonly Exchange[];
  readonly #keep: (index: number, exchange: Exchange) => void;
  #at = 0;
  #live: boolean;

  /** @param keep is given every reply that was not in the journal, with its place in it */
  constructor(said: readonly Exchange[], keep: (index: number, exchange: Exchange) => void) {
    this.#said = said;
    this.#keep = keep;
    this.#live = said.length === 0;
  }

  /** A model whose replies in this rollout are those of the journal first. All of its models share it. */
  with(model: LanguageModel): LanguageModel {
    const next = (key: string) => this.#next(key);
    const keep = (exchange: Exchange) => this.#add(exchange);
    return {
      ...model,
      async *stream(request, signal) {
        const key = turnDigest(model.id, request);
        const known = next(key);
        if (known !== null) {
          signal?.throwIfAborted();
          yield* played(() => known);
          return;
        }
        for await (const event of model.stream(request, signal)) {
          if (event.type === 'end') keep({ request: key, reply: event.reply });
          yield event;
        }
      },
    };
  }

  #next(key: string): ModelReply | null {
    const exchange = this.#live ? undefined : this.#said[this.#at];
    if (exchange?.request !== key) {
      this.#live = true;
      return null;
    }
    this.#at += 1;
    return exchange.reply;
  }

  #add(exchange: Exchange): void {
    this.#keep(this.#at, exchange);
    this.#at += 1;
  }
}

/** Tells a request from others at the same place of a conversation whose beginning is the same. */
function turnDigest(model: string, { messages, seed, schema, temperature, maxTokens }: ModelRequest): string {
  const last = messages.at(-1);
  return shortDigest([
    model,
    messages.length,
    last?.role ?? '',
    last?.content ?? '',
    seed,
    schema?.name ?? '',
    temperature,
    maxTokens,
  ]);
}
