import { withoutThoughts } from '../assemble.ts';

/** What a part of a reply is: meant for the reader, or thought. */
export interface ReplyPart {
  readonly type: 'text' | 'thought';
  readonly text: string;
}

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Parts thoughts from text while a reply arrives. Engines in the tab give both in one stream, with tags that may be
 * cut anywhere. Whitespace after thoughts is left out, as between two paragraphs.
 */
export class ThoughtSplitter {
  #raw = '';
  /** What may be the beginning of a tag. */
  #held = '';
  #isThought = false;
  /** Whether the text begins after thoughts, so that leading whitespace is none of its own. */
  #atStart = false;

  /** Adds what arrived; the parts that are certain by now. */
  add(chunk: string): ReplyPart[] {
    this.#raw += chunk;
    const parts: ReplyPart[] = [];
    let rest = this.#held + chunk;
    for (;;) {
      const tag = this.#isThought ? CLOSE : OPEN;
      const at = rest.indexOf(tag);
      if (at < 0) break;
      this.#push(parts, rest.slice(0, at));
      this.#atStart = this.#isThought;
      this.#isThought = !this.#isThought;
      rest = rest.slice(at + tag.length);
    }
    const keep = openEnd(rest, this.#isThought ? CLOSE : OPEN);
    this.#held = rest.slice(rest.length - keep);
    this.#push(parts, rest.slice(0, rest.length - keep));
    return parts;
  }

  /** The reply has ended: what was held back, and the whole of both. */
  end(): { readonly parts: readonly ReplyPart[]; readonly text: string; readonly reasoning: string } {
    const parts: ReplyPart[] = [];
    this.#push(parts, this.#held);
    this.#held = '';
    const [text, reasoning] = withoutThoughts(this.#raw);
    return { parts, text, reasoning };
  }

  #push(parts: ReplyPart[], text: string): void {
    const shown = this.#atStart ? text.trimStart() : text;
    if (shown === '') return;
    this.#atStart = false;
    parts.push({ type: this.#isThought ? 'thought' : 'text', text: shown });
  }
}

/** How many characters at the end of a text may be the beginning of a tag. */
function openEnd(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1)
    if (tag.startsWith(text.slice(text.length - length))) return length;
  return 0;
}
