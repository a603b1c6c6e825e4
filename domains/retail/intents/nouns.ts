/** Written with a capital in the middle of a sentence. */
const proper = /^(Bluetooth|[A-Z0-9]{2,}s?|[A-Z]+-[A-Z0-9]+)$/;
const singularInS = /(ss|lens|canvas|atlas|compass)$/;
/** "an LED", "an SD card": short abbreviations are spelled out, longer ones are read as words. */
const spelled = /^[AEFHILMNORSX][A-Z]{1,2}\b/;
const vowelSound = /^([aeio]|u(?!ni|se)|8|11\b|18\b)/i;

/** A product's name inside a sentence: "T-shirt", "e-reader", "LED light bulb". */
export function noun(product: string): string {
  return product
    .split(' ')
    .map((word) => {
      if (proper.test(word)) return word;
      if (word.startsWith('T-')) return `T-${word.slice(2).toLowerCase()}`;
      return word.toLowerCase();
    })
    .join(' ');
}

/** True for names such as Headphones or Jeans, which take "are". */
export function isPlural(product: string): boolean {
  return product.endsWith('s') && !singularInS.test(product.toLowerCase());
}

/** "T-shirts", "headphones", "toothbrushes": the kind of article as a plural. */
export function plural(product: string): string {
  const name = noun(product);
  if (isPlural(product)) return name;
  if (name.endsWith('mouse')) return name.replace(/mouse$/, 'mice');
  if (/(s|x|ch|sh)$/.test(name)) return `${name}es`;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  if (/(kni|scar|shel)fe?$/.test(name)) return name.replace(/fe?$/, 'ves');
  return `${name}s`;
}

/** "a" or "an" in front of words. */
export function withArticle(words: string): string {
  const an = /^[A-Z]{2,3}\b/.test(words) ? spelled.test(words) : vowelSound.test(words);
  return `${an ? 'an' : 'a'} ${words}`;
}

/** "a, b and c". */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** "$12.50"; a minus sign goes in front of the currency. */
export function money(amount: number): string {
  return `${amount < 0 ? '-' : ''}$${Math.abs(amount).toFixed(2)}`;
}
