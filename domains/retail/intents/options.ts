import { listed, withArticle } from './nouns.ts';

/**
 * How people put an option into words: `*` stands for the article, `{}` for the value, `{a}` for the value with
 * "a" or "an". Options not listed here are said as "with {value} {name}". The rank orders words before the noun
 * as English does: measures, qualities, colors, materials, kinds.
 */
const wordings: Readonly<Record<string, readonly [wording: string, rank?: number]>> = {
  armrest: ['* with {} armrests'],
  'backrest height': ['{} *', 2],
  'bagged/bagless': ['{} *', 2],
  'band material': ['* with {a} band'],
  'battery life': ['* with {} of battery life'],
  'battery type': ['* ({})'],
  'blade length': ['* with {a} blade'],
  brand: ['* by {}'],
  buckle: ['* with {a} buckle'],
  capacity: ['{} *', 1],
  closure: ['{} *', 5],
  coating: ['* with {a} coating'],
  color: ['{} *', 3],
  compartment: ['* with {a} compartment'],
  compatibility: ['* compatible with {}'],
  connectivity: ['{} *', 5],
  control: ['* with {} control'],
  'cover type': ['{} *', 4],
  'deck material': ['{} *', 4],
  diameter: ['{} *', 1],
  'dial color': ['* with {a} dial'],
  display: ['* with {a} display'],
  features: ['* with {} as a feature'],
  'field of view': ['* with {} of view'],
  filling: ['{} *', 4],
  'filter type': ['* with {a} filter'],
  firmness: ['{} *', 2],
  fit: ['{}-fit *', 2],
  frame: ['* with {a} frame'],
  'frame color': ['* with {a} frame'],
  'frame material': ['{} *', 4],
  'frame size': ['{} *', 1],
  gender: ['* for {}'],
  grip: ['* with {} grips'],
  handle: ['* with {a} handle'],
  height: ['{} *', 1],
  jar: ['* with {a} jar'],
  kit: ['* with {}'],
  'kit size': ['{} *', 1],
  layout: ['* with {a} layout'],
  length: ['{} *', 1],
  lens: ['* with {} lenses'],
  'lens color': ['* with {} lenses'],
  'lens type': ['{} *', 2],
  lid: ['* with {a} lid'],
  light: ['* with {} light'],
  lining: ['* with {a} lining'],
  material: ['{} *', 4],
  neckline: ['{} *', 5],
  nib: ['* with {a} nib'],
  'noise cancelling': ['* with {} noise cancelling'],
  opacity: ['{} *', 2],
  panel: ['{} *', 2],
  pattern: ['{} *', 2],
  'piece count': ['{} *', 1],
  pieces: ['{}-piece *', 1],
  power: ['{} *', 1],
  pressure: ['{} *', 1],
  processor: ['* with {a} processor'],
  ram: ['* with {} of RAM'],
  RAM: ['* with {} of RAM'],
  resolution: ['{} *', 2],
  'room size': ['* for {} rooms'],
  'screen size': ['{} *', 1],
  'scent family': ['* with {a} scent'],
  season: ['{} *', 2],
  'sensor type': ['* with {a} sensor'],
  'set size': ['{} *', 1],
  'set type': ['{} *', 2],
  shape: ['{} *', 2],
  size: ['* in size {}', 1],
  'skin tone': ['* for {} skin'],
  slots: ['{} *', 1],
  sole: ['* with {a} sole'],
  'stovetop compatibility': ['* for {} stoves'],
  'strap material': ['* with {a} strap'],
  style: ['{} *', 5],
  switches: ['* with {} switches'],
  'switch type': ['{} *', 2],
  'temperature rating': ['{} *', 1],
  theme: ['* with {a} theme'],
  thickness: ['{} *', 1],
  'tilt mechanism': ['* with {}'],
  type: ['{} *', 5],
  ventilation: ['* with {} ventilation'],
  voltage: ['{} *', 1],
  volume: ['{} *', 1],
  waist: ['* with {a} waist'],
  warmth: ['{} *', 2],
  waterproof: ['waterproof *', 2],
  weight: ['{} *', 1],
  'weight range': ['{} *', 1],
  width: ['{}-width *', 2],
  zipper: ['* with {a} zipper'],
  zoom: ['* with {} zoom'],
};

/** Options that the fallback words well. */
const plain = [
  'backlight',
  'brightness',
  'color temperature',
  'design',
  'difficulty level',
  'output',
  'power source',
  'speed settings',
  'storage',
  'water resistance',
];

/** The names of options that people mention on their own: "the black one". */
export const optionNames: readonly string[] = [...Object.keys(wordings), ...plain];

/** One option of an item: name and value. */
export type Option = readonly [name: string, value: string];

/** Puts options into words around a noun: "black T-shirt in size M". */
export function withOptions(options: readonly Option[], what: string): string {
  const parts = options
    .map(([name, value]) => part(name, value))
    .sort((a, b) => a.rank - b.rank || a.words.length - b.words.length);
  const before = parts.filter(({ words }) => words.endsWith(' *')).map(({ words }) => words.slice(0, -2));
  const after = parts.filter(({ words }) => words.startsWith('* ')).map(({ words }) => words.slice(2));
  // "with a mesh lining with a flip lid" becomes "with a mesh lining and a flip lid".
  const withs = after.filter((words) => words.startsWith('with ')).map((words) => words.slice(5));
  const others = after.filter((words) => !words.startsWith('with '));
  const joined = withs.length === 0 ? [] : [`with ${listed(withs)}`];
  return [...before, what, ...others, ...joined].join(' ');
}

/** Options as one text that {@link parseOptions} reads back: "color: black; size: M". */
export function optionsText(options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');
}

/** Reads {@link optionsText}. */
export function parseOptions(text: string): Option[] {
  return text.split('; ').flatMap((pair): Option[] => {
    const at = pair.indexOf(': ');
    return at < 0 ? [] : [[pair.slice(0, at), pair.slice(at + 2)]];
  });
}

/** "M", "9.5" or "A5": said as "in size M", where other sizes go before the noun ("queen pillow"). */
const sizeCode = /^([XSML]+|\d+(\.\d+)?|A\d)$/;

function part(name: string, value: string): { words: string; rank: number } {
  const [wording, rank = 2] = wordings[name] ?? [`* with {} ${name}`];
  if (name === 'waterproof') return { words: value === 'no' ? 'non-waterproof *' : 'waterproof *', rank };
  if (value === 'yes') return { words: `* with ${name}`, rank };
  if (/^(no|none|not \w+)$/.test(value)) return { words: `* without ${name}`, rank };
  if (name === 'size' && !sizeCode.test(value)) return { words: `${measure(value)} *`, rank };
  return { words: wording.replace('{a}', withArticle(value)).replace('{}', measure(value)), rank };
}

/** "10 inches" and "4 cups" in front of a noun: "10-inch", "4-cup". */
function measure(value: string): string {
  return value.replace(
    /^(\d+(?:\.\d+)?) (cup|inch|liter|foot)(?:e?s)?$/,
    (_, amount: string, unit: string) => `${amount}-${unit}`,
  );
}
