/**
 * True when a text says a value: as a whole, not inside a longer word or number. Case and thousands separators do
 * not matter, nor do decimals that are all zero. "$5.00" is not said by "$15.00" nor by "$5.001"; "5" is not said by
 * "5.5", "$5", "#5" or "5-inch".
 */
export function says(text: string, value: string): boolean {
  const haystack = normal(text);
  const needle = normal(value);
  if (needle === '') return false;
  for (let from = haystack.indexOf(needle); from >= 0; from = haystack.indexOf(needle, from + 1)) {
    const before = haystack.slice(0, from);
    const after = haystack.slice(from + needle.length);
    const startsNumber = /^[\d$]/.test(needle);
    const endsNumber = /\d$/.test(needle);
    const openLeft = startsNumber ? !/(\d|\d[.,]|-)$/.test(before) : !/[\p{L}\p{N}]$/u.test(before);
    const openRight = endsNumber ? !/^\d|^[.]\d/.test(after) : !/^[\p{L}\p{N}]/u.test(after);
    const inCompound =
      /^\d+$/.test(needle) && (/[\p{L}$#/:]$/u.test(before) || /^([-/:]?[\p{L}\d]|%)/u.test(after));
    if (openLeft && openRight && !inCompound) return true;
  }
  return false;
}

const normal = (text: string) =>
  text
    .toLowerCase()
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .replace(/(\d)\.0+(?!\d|\.\d)/g, '$1')
    .replace(/\s+/g, ' ');
