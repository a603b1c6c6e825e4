import { describe, expect, it } from 'vitest';
import type { Json } from '#core/environment/index.ts';
import {
  decimal,
  flag,
  listOf,
  model,
  modelsIn,
  oneOf,
  optional,
  text,
  whole,
  type Field,
} from './pydantic.ts';

const one = (field: Field) => model<{ field: Json }>('Model', { field });
const valueOf = (field: Field, input: Json) => one(field).parse({ field: input }).field;

/** The report on one value, without the name of the model and the link. */
function problem(field: Field, input: Json): string {
  try {
    return `none: ${JSON.stringify(valueOf(field, input))}`;
  } catch (error) {
    return (error as Error).message.split('\n')[2]?.trim() ?? '';
  }
}

// What pydantic itself made of these values, or said of them.
describe('a value', () => {
  it.each<[string, Field, Json, Json]>([
    ['whole', whole, ' 7 ', 7],
    ['whole', whole, '+7', 7],
    ['whole', whole, '1.0', 1],
    ['whole', whole, '1_000', 1000],
    ['whole', whole, true, 1],
    ['decimal', decimal, ' 7.5 ', 7.5],
    ['decimal', decimal, '1e3', 1000],
    ['decimal', decimal, '1_000', 1000],
    ['decimal', decimal, '.5', 0.5],
    ['decimal', decimal, '5.', 5],
    ['decimal', decimal, true, 1],
    ['flag', flag, 'YES', true],
    ['flag', flag, 'On', true],
    ['flag', flag, 't', true],
    ['flag', flag, '0', false],
    ['flag', flag, 1, true],
    ['optional', optional(text), null, null],
  ])('%s: takes %4$j', (_name, field, input, made) => {
    expect(valueOf(field, input)).toBe(made);
  });

  const int = 'Input should be a valid integer';
  const float = 'Input should be a valid number';
  const bool = 'Input should be a valid boolean';
  it.each<[Field, Json, string]>([
    [text, 5, 'Input should be a valid string [type=string_type, input_value=5, input_type=int]'],
    [text, null, 'Input should be a valid string [type=string_type, input_value=None, input_type=NoneType]'],
    [optional(text), 5, 'Input should be a valid string [type=string_type, input_value=5, input_type=int]'],
    [whole, null, `${int} [type=int_type, input_value=None, input_type=NoneType]`],
    [
      whole,
      1.5,
      `${int}, got a number with a fractional part [type=int_from_float, input_value=1.5, input_type=float]`,
    ],
    [
      whole,
      '1e3',
      `${int}, unable to parse string as an integer [type=int_parsing, input_value='1e3', input_type=str]`,
    ],
    [
      whole,
      '',
      `${int}, unable to parse string as an integer [type=int_parsing, input_value='', input_type=str]`,
    ],
    [decimal, [], `${float} [type=float_type, input_value=[], input_type=list]`],
    [
      decimal,
      'first',
      `${float}, unable to parse string as a number [type=float_parsing, input_value='first', input_type=str]`,
    ],
    [flag, 1.5, `${bool} [type=bool_type, input_value=1.5, input_type=float]`],
    [flag, 2, `${bool}, unable to interpret input [type=bool_parsing, input_value=2, input_type=int]`],
    [flag, 'x', `${bool}, unable to interpret input [type=bool_parsing, input_value='x', input_type=str]`],
    [
      oneOf(['yes', 'no']),
      true,
      "Input should be 'yes' or 'no' [type=literal_error, input_value=True, input_type=bool]",
    ],
    [
      oneOf(['a', 'b', 'c'], 'enum'),
      'd',
      "Input should be 'a', 'b' or 'c' [type=enum, input_value='d', input_type=str]",
    ],
  ])('is refused: %#', (field, input, message) => {
    expect(problem(field, input)).toBe(message);
  });

  // Counted in bytes: never more than 25 from the beginning and 24 from the end, and no half characters.
  it.each([
    ['x'.repeat(46), `['${'x'.repeat(46)}']`],
    ['x'.repeat(47), `['${'x'.repeat(23)}...${'x'.repeat(22)}']`],
    ['é'.repeat(60), `['${'é'.repeat(11)}...${'é'.repeat(11)}']`],
    ['😀'.repeat(60), `['${'😀'.repeat(5)}...${'😀'.repeat(5)}']`],
  ])('is shown in fifty bytes: %s', (long, printed) => {
    expect(problem(text, [long])).toContain(`input_value=${printed},`);
  });
});

interface Point {
  readonly x: number;
  readonly y: string;
}
const point = model<Point>('Point', { x: whole, y: text });

describe('a model', () => {
  it('leaves out what it does not know, or refuses it', () => {
    expect(point.parse({ x: '1', y: 'a', z: 1 })).toEqual({ x: 1, y: 'a' });
    const strict = model('Strict', { x: whole }, { defaults: { x: 3 }, extra: 'forbidden' });
    expect(strict.parse({})).toEqual({ x: 3 });
    expect(() => strict.parse({ z: 1 })).toThrow(
      '1 validation error for Strict\nz\n  Extra inputs are not permitted [type=extra_forbidden, input_value=1, input_type=int]\n' +
        '    For further information visit https://errors.pydantic.dev/2.12/v/extra_forbidden',
    );
  });

  it('reports everything at once, each with its place', () => {
    const line = model('Line', { points: listOf(point), ends: listOf(point) });
    expect(() => line.parse({ points: ['a', { x: 1 }], ends: 'ab' })).toThrow(
      [
        '3 validation errors for Line',
        'points.0',
        "  Input should be a valid dictionary or instance of Point [type=model_type, input_value='a', input_type=str]",
        '    For further information visit https://errors.pydantic.dev/2.12/v/model_type',
        'points.1.y',
        "  Field required [type=missing, input_value={'x': 1}, input_type=dict]",
        '    For further information visit https://errors.pydantic.dev/2.12/v/missing',
        'ends',
        "  Input should be a valid list [type=list_type, input_value='ab', input_type=str]",
        '    For further information visit https://errors.pydantic.dev/2.12/v/list_type',
      ].join('\n'),
    );
  });

  it('is made of every item of a list, or of none', () => {
    expect(modelsIn(point, [{ x: 1, y: 'a' }])).toEqual([{ x: 1, y: 'a' }]);
    expect(modelsIn(point, '')).toEqual([]);
    expect(modelsIn(point, [{ x: 1, y: 'a' }, 'b'])).toBeUndefined();
    expect(() => modelsIn(point, 5)).toThrow("'int' object is not iterable");
  });
});
