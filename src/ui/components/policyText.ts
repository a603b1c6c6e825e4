/** A piece of a policy: a heading, a list item or a paragraph. */
export interface PolicyBlock {
  readonly kind: 'h1' | 'h2' | 'h3' | 'item' | 'text';
  readonly parts: readonly PolicyPart[];
}

/** Text that a rule stands for carries the rule's id. */
export interface PolicyPart {
  readonly text: string;
  readonly rule: string | null;
}

/** A rule with its sentence, word for word. */
export interface PolicyRule {
  readonly id: string;
  readonly sentence: string;
}

/** Splits a policy in Markdown into blocks, and marks the sentences that are rules. */
export function policyBlocks(policy: string, rules: readonly PolicyRule[]): readonly PolicyBlock[] {
  return policy
    .split(/\n\s*\n|\n(?=\s*[-*#])/)
    .map((block) => block.replace(/\s+/g, ' ').trim())
    .filter((block) => block !== '')
    .map((block) => {
      const heading = /^(#{1,6}) /.exec(block);
      const item = /^[-*] /.exec(block);
      const level = heading?.[1]?.length;
      const kind =
        level === undefined ? (item ? 'item' : 'text') : level === 1 ? 'h1' : level === 2 ? 'h2' : 'h3';
      const text = block.slice((heading ?? item)?.[0].length ?? 0);
      return { kind, parts: markRules(plain(text), rules) };
    });
}

/** Emphasis and code marks are dropped: the policy is read here, not styled. */
function plain(text: string): string {
  return text.replace(/\*\*|__|`/g, '');
}

function markRules(text: string, rules: readonly PolicyRule[]): readonly PolicyPart[] {
  const parts: PolicyPart[] = [];
  let rest = text;
  while (rest !== '') {
    const next = rules
      .map(({ id, sentence }) => ({ id, sentence: plain(sentence), at: rest.indexOf(plain(sentence)) }))
      .filter(({ at, sentence }) => at >= 0 && sentence !== '')
      .sort((a, b) => a.at - b.at)[0];
    if (next === undefined) {
      parts.push({ text: rest, rule: null });
      break;
    }
    if (next.at > 0) parts.push({ text: rest.slice(0, next.at), rule: null });
    parts.push({ text: next.sentence, rule: next.id });
    rest = rest.slice(next.at + next.sentence.length);
  }
  return parts;
}
