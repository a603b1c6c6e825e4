import { diffWords } from 'diff';

/** A piece of a text against another: in both, only in the first, or only in the second. */
export interface Piece {
  readonly text: string;
  readonly kind: 'both' | 'gone' | 'new';
}

/** Fewer words than this between two changes are no common ground: "of the" is in every sentence. */
const COMMON_WORDS = 3;

/** What became of a text, in pieces that a reader can take in: a stray common word does not cut a change in two. */
export function textDiff(base: string, twisted: string): readonly Piece[] {
  const parts = diffWords(base, twisted);
  const pieces: { text: string; kind: Piece['kind'] }[] = [];
  let [gone, fresh] = ['', ''];
  const settle = () => {
    if (gone.trim() !== '') pieces.push({ text: gone, kind: 'gone' });
    if (fresh !== '') pieces.push({ text: fresh, kind: fresh.trim() === '' ? 'both' : 'new' });
    [gone, fresh] = ['', ''];
  };
  for (const [index, { value, added, removed }] of parts.entries()) {
    const inside = index > 0 && index < parts.length - 1;
    if (added) fresh += value;
    else if (removed) gone += value;
    else if (inside && wordsIn(value) < COMMON_WORDS) {
      gone += value;
      fresh += value;
    } else {
      settle();
      pieces.push({ text: value, kind: 'both' });
    }
  }
  settle();
  return pieces;
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter((word) => /\w/.test(word)).length;
}
