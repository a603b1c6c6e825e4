import { parseArgs } from 'node:util';
import { InputError } from '#core/environment/index.ts';

/** One option of a command. */
export interface OptionSpec {
  /** What stands for the value in the help text: "FILE". Absent for a switch. */
  readonly value?: string;
  readonly help: string;
  readonly required?: boolean;
  /** Used when the option is not given; shown in the help text. */
  readonly fallback?: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The options of one run, read by name and checked as they are read. */
export class Options {
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(values: Readonly<Record<string, string | boolean | undefined>>) {
    this.#values = values;
  }

  /** A switch. */
  has(name: string): boolean {
    return this.#values[name] === true;
  }

  /** An option that may be left out. */
  optional(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** An option that is required or has a fallback. */
  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new InputError(`--${name}`, 'expected a value.');
    return value;
  }

  /** A whole number in a range. */
  count(name: string, min = 1, max = 1_000_000): number {
    return wholeNumber(`--${name}`, this.text(name), min, max);
  }

  /** Names separated by commas, each once. */
  list(name: string): string[] {
    const parts = this.text(name)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    if (parts.length === 0)
      throw new InputError(`--${name}`, 'expected at least one name.', 'Separate several by commas.');
    return [...new Set(parts)];
  }
}

/** A whole number in a range, in decimal digits. */
export function wholeNumber(where: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    throw new InputError(where, `expected a whole number from ${min} to ${max}, got '${text}'.`);
  return value;
}

/** Parses the words after a command's name. Throws {@link InputError} on anything the command does not take. */
export function parseOptions(words: readonly string[], specs: OptionSpecs): Options {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { type: spec.value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const values: Record<string, string | boolean | undefined> = { ...parsed(words, options) };
  for (const [name, spec] of Object.entries(specs)) {
    values[name] ??= spec.fallback;
    if (spec.required && values[name] === undefined && values['help'] !== true)
      throw new InputError(
        'command line',
        `--${name} ${spec.value} is missing.`,
        'Try --help for all options.',
      );
  }
  return new Options(values);
}

function parsed(words: readonly string[], options: Record<string, { type: 'boolean' | 'string' }>) {
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's own text goes on with advice about its API; its first sentence says what is wrong.
    const [sentence = error.message] = error.message.split(/[.\n] ?(?=[A-Z]|$)/);
    throw new InputError('command line', `${sentence.replace(/\.$/, '')}.`, 'Try --help for all options.');
  }
}

/** The help text of the options, one per line. */
export function optionHelp(specs: OptionSpecs): string {
  const rows = Object.entries(specs).map(([name, spec]) => {
    const left = `--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`;
    const note = spec.required ? ' (required)' : spec.fallback === undefined ? '' : ` [${spec.fallback}]`;
    return [left, `${spec.help}${note}`] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
