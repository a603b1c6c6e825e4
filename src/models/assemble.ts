import { readArguments, type ModelCall, type ModelEvent, type ModelReply } from '#core/model/index.ts';
import type { WirePart } from './wires/wire.ts';

/** Puts the parts of a stream together into one reply. */
export class Assembly {
  #text = '';
  #reasoning = '';
  readonly #calls = new Map<number, { id: string; name: string; raw: string }>();
  #finish: ModelReply['finish'] | null = null;
  #usage: ModelReply['usage'] = { prompt: null, cached: null, reply: null };
  #first: number | null = null;
  readonly #started: number;

  /** @param started when the request was sent, in milliseconds */
  constructor(started: number) {
    this.#started = started;
  }

  /** Whether the vendor said why the reply ended; without that, the stream was cut. */
  get finished(): boolean {
    return this.#finish !== null;
  }

  /** Adds one part; the event it makes for listeners, or null. */
  add(part: Exclude<WirePart, { type: 'failure' }>, now: number): ModelEvent | null {
    if (part.type === 'usage') {
      this.#usage = { ...this.#usage, ...part.usage };
      return null;
    }
    if (part.type === 'finish') {
      // A refusal stands, whatever the stream says at its end.
      if (this.#finish !== 'refusal') this.#finish = part.finish;
      return null;
    }
    this.#first ??= now;
    if (part.type === 'text') {
      this.#text += part.text;
      return { type: 'text-delta', text: part.text };
    }
    if (part.type === 'reasoning') {
      this.#reasoning += part.text;
      return { type: 'reasoning-delta', text: part.text };
    }
    const call = this.#calls.get(part.index) ?? { id: '', name: '', raw: '' };
    call.id ||= part.id ?? '';
    call.name ||= part.name ?? '';
    call.raw += part.raw;
    this.#calls.set(part.index, call);
    return { type: 'call-delta', index: part.index, name: call.name, raw: part.raw };
  }

  /** The whole reply. */
  reply(now: number): ModelReply {
    const calls = [...this.#calls.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, call], i) => finished(call, i));
    const [text, thought] = withoutThoughts(this.#text);
    return {
      text,
      reasoning: this.#reasoning + thought,
      calls,
      // Some servers say "stop" after a call.
      finish: this.#finish === 'stop' && calls.length > 0 ? 'call' : (this.#finish ?? 'stop'),
      usage: this.#usage,
      timing: { first: (this.#first ?? now) - this.#started, total: now - this.#started },
    };
  }
}

function finished(call: { id: string; name: string; raw: string }, i: number): ModelCall {
  return { ...call, id: call.id === '' ? `call_${i}` : call.id, arguments: readArguments(call.raw) };
}

/** Models whose server does not part thoughts from text mark them with tags; an open one is all thought. */
export function withoutThoughts(text: string): readonly [text: string, thought: string] {
  let thought = '';
  const rest = text.replace(/<think>([\s\S]*?)(?:<\/think>|$)/g, (_, inner: string) => {
    thought += inner;
    return '';
  });
  // Some templates open the tag in the prompt, so only its end is in the text.
  const end = rest.indexOf('</think>');
  if (end < 0) return thought === '' ? [text, ''] : [rest.trim(), thought.trim()];
  return [rest.slice(end + '</think>'.length).trim(), `${rest.slice(0, end)}${thought}`.trim()];
}
