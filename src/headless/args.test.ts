import { describe, expect, it } from 'vitest';
import { optionHelp, parseOptions, type OptionSpecs } from './args.ts';
import { parseWanted } from './commands/generate.ts';

const specs: OptionSpecs = {
  tasks: { value: 'FILE', help: 'tasks', required: true },
  count: { value: 'N', help: 'how many', fallback: '5' },
  seed: { value: 'S', help: 'any text' },
  quiet: { help: 'less text' },
  help: { help: 'this text' },
};

describe('options', () => {
  it('are read by name, with fallbacks', () => {
    const options = parseOptions(['--tasks', 'a.jsonl', '--seed=x', '--quiet'], specs);
    expect(options.text('tasks')).toBe('a.jsonl');
    expect(options.optional('seed')).toBe('x');
    expect(options.count('count')).toBe(5);
    expect(options.has('quiet')).toBe(true);
    expect(parseOptions(['--tasks', 'b, a,b ,'], specs).list('tasks')).toEqual(['b', 'a']);
  });

  it.each([
    [[], '--tasks FILE is missing'],
    [['--tasks'], "Option '--tasks <value>' argument missing"],
    [['--task', 'x'], "Unknown option '--task'"],
    [['x'], "Unexpected argument 'x'"],
    [['--quiet=1', '--tasks', 'x'], "Option '--quiet' does not take an argument"],
    [['--tasks', '--seed'], "Option '--tasks' argument is ambiguous"],
  ])('refuse %j in one sentence', (words, message) => {
    expect(() => parseOptions(words, specs)).toThrow(`command line: ${message}`);
    expect(() => parseOptions(words, specs)).toThrow(/^[^\n]*Try --help for all options\.$/);
  });

  it.each(['0', '-1', '1.5', '1e3', 'many', ''])('refuse %j as a count', (text) => {
    const options = parseOptions(['--tasks', 'x', `--count=${text}`], specs);
    expect(() => options.count('count', 1, 9)).toThrow(/^--count: expected a whole number from 1 to 9/);
  });

  it('need nothing else beside --help, which lists them all', () => {
    expect(parseOptions(['--help'], specs).has('help')).toBe(true);
    expect(optionHelp(specs)).toBe(
      [
        '  --tasks FILE  tasks (required)',
        '  --count N     how many [5]',
        '  --seed S      any text',
        '  --quiet       less text',
        '  --help        this text',
        '',
      ].join('\n'),
    );
  });
});

describe('how many tasks are wanted', () => {
  it('is a number per condition, in any order', () => {
    expect(parseWanted('changing=2, general=1')).toEqual({
      general: 1,
      ambiguous: 0,
      changing: 2,
      infeasible: 0,
    });
  });

  it.each([
    ['moving=1', "there is no condition 'moving'"],
    ['general', "expected a whole number from 0 to 1000000, got ''"],
    ['general=two', "got 'two'"],
    ['general=0', 'no task is wanted'],
  ])('refuses %j', (text, message) => {
    expect(() => parseWanted(text)).toThrow(message);
  });
});
