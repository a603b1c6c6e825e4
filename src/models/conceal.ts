import { readArguments, type LanguageModel, type ModelReply } from '#core/model/index.ts';
import { lastFour } from './redact.ts';

/** Local servers take any word for a key ("EMPTY", "ollama"): such a word may well be meant in a reply. */
const SHORTEST = 12;

/** Takes keys out of what a model says, to the letter only: a reply is data, and must not be changed by guesses. */
export class Concealer {
  readonly #secrets: readonly string[];
  /** The end of each stream, as long as it may be the beginning of a key. */
  readonly #held = new Map<string, string>();

  constructor(secrets: Iterable<string>) {
    this.#secrets = [...secrets].filter((secret) => secret.length >= SHORTEST);
  }

  /** A whole text without keys. */
  readonly clean = (text: string): string =>
    this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, lastFour(secret)), text);

  /** The next part of a stream: what can be shown of it already, without keys. */
  next(stream: string, part: string): string {
    const text = this.clean((this.#held.get(stream) ?? '') + part);
    const from = this.#openEnd(text);
    this.#held.set(stream, text.slice(from));
    return text.slice(0, from);
  }

  /** What was held back of a stream that has ended. */
  rest(stream: string): string {
    const text = this.#held.get(stream) ?? '';
    this.#held.delete(stream);
    return text;
  }

  /** Where the longest end begins with which a key begins. */
  #openEnd(text: string): number {
    const longest = Math.max(0, ...this.#secrets.map((secret) => secret.length - 1));
    for (let from = Math.max(0, text.length - longest); from < text.length; from += 1)
      if (this.#secrets.some((secret) => secret.startsWith(text.slice(from)))) return from;
    return text.length;
  }
}

/**
 * A model that repeats no key, also where its server sends one back.
 * @param open makes the concealer of one reply, of the keys that there are then
 */
export function withoutKeys(model: LanguageModel, open: () => Concealer): LanguageModel {
  return {
    ...model,
    async *stream(request, signal) {
      const concealer = open();
      /** Call parts by their index, so that what is held back of a call is given out as a part of it. */
      const calls = new Map<number, string>();
      for await (const event of model.stream(request, signal)) {
        if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
          const text = concealer.next(event.type, event.text);
          if (text !== '') yield { ...event, text };
        } else if (event.type === 'call-delta') {
          calls.set(event.index, event.name);
          yield {
            ...event,
            name: concealer.clean(event.name),
            raw: concealer.next(`call ${event.index}`, event.raw),
          };
        } else if (event.type === 'end') {
          for (const type of ['reasoning-delta', 'text-delta'] as const) {
            const text = concealer.rest(type);
            if (text !== '') yield { type, text };
          }
          for (const [index, name] of calls) {
            const raw = concealer.rest(`call ${index}`);
            if (raw !== '') yield { type: 'call-delta', index, name: concealer.clean(name), raw };
          }
          yield { ...event, reply: cleaned(event.reply, concealer.clean) };
        } else yield event;
      }
    },
  };
}

function cleaned(reply: ModelReply, clean: (text: string) => string): ModelReply {
  return {
    ...reply,
    text: clean(reply.text),
    reasoning: clean(reply.reasoning),
    calls: reply.calls.map(({ id, name, raw, arguments: read }) => {
      const rest = clean(raw);
      const isSame = rest === raw;
      return { id: clean(id), name: clean(name), raw: rest, arguments: isSame ? read : readArguments(rest) };
    }),
  };
}
