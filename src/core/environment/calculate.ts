import { pythonFloat } from './content.ts';
import { ToolError } from './errors.ts';
import { roundCents } from './round.ts';

/** As in Python, whole numbers are exact and of any size until a decimal point or a division makes them floats. */
type Value = bigint | number;

const INVALID = 'invalid syntax (<string>, line 1)';
const NO_COMMA = 'invalid syntax. Perhaps you forgot a comma? (<string>, line 1)';
const TOO_LARGE = 'int too large to convert to float';
const LEADING_ZERO =
  'leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers (<string>, line 1)';
const MAX_DEPTH = 200;
// Our own limit: the reference would go on computing 9**9**9 for minutes, and then say that it is too large.
const MAX_BITS = 10_000;

/**
 * The value of an arithmetic expression, as Python prints it after rounding to two decimals ("51.0").
 * Knows + - * / // ** and parentheses: all that the characters which the reference lets through can spell.
 * Throws {@link ToolError} on anything else, with the reference's words for the usual slips.
 */
export function calculate(expression: string): string {
  if (/[^0-9+\-*/(). ]/.test(expression)) throw new ToolError('Invalid characters in expression');
  if (expression.trim() === '') throw new ToolError('invalid syntax (<string>, line 0)');
  return pythonFloat(roundCents(new Calculation(expression).run()));
}

/** A recursive-descent parser that computes as it reads. */
class Calculation {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;
  #unclosed = false;
  // Python reads to the end before it computes, so a misspelling further on is reported before a division by zero.
  #problem: string | undefined;

  constructor(expression: string) {
    this.#tokens = expression.match(/\d+\.?\d*|\.\d+|\*\*|\/\/|[+\-*/().]/g) ?? [];
  }

  run(): number {
    this.#checkTokens();
    const value = this.#float(this.#sum());
    if (this.#at < this.#tokens.length) throw new ToolError(INVALID);
    if (this.#problem !== undefined) throw new ToolError(this.#problem);
    if (!Number.isFinite(value)) throw new ToolError('result too large');
    return value;
  }

  #checkTokens(): void {
    let open = 0;
    for (const token of this.#tokens) {
      if (token === '(') open += 1;
      if (token === ')' && --open < 0) throw new ToolError("unmatched ')' (<string>, line 1)");
      if (/^0+[1-9]\d*$/.test(token)) throw new ToolError(LEADING_ZERO);
    }
    this.#unclosed = open > 0;
  }

  #sum(): Value {
    let value = this.#product();
    for (let sign = this.#take('+', '-'); sign !== undefined; sign = this.#take('+', '-')) {
      const right = this.#product();
      if (typeof value === 'bigint' && typeof right === 'bigint')
        value = sign === '+' ? value + right : value - right;
      else value = this.#float(value) + (sign === '+' ? this.#float(right) : -this.#float(right));
    }
    return value;
  }

  #product(): Value {
    let value = this.#signed();
    for (let sign = this.#take('*', '/', '//'); sign !== undefined; sign = this.#take('*', '/', '//')) {
      const right = this.#signed();
      if (sign === '*') value = this.#times(value, right);
      else if (sign === '/') value = this.#over(value, right);
      else value = this.#floorOver(value, right);
    }
    return value;
  }

  // A sign binds looser than a power on its right: -2 ** 2 is -4.
  #signed(): Value {
    if (this.#depth >= MAX_DEPTH) throw new ToolError('too many nested parentheses (<string>, line 1)');
    this.#depth += 1;
    const sign = this.#take('+', '-');
    const value = sign === undefined ? this.#power() : this.#signed();
    this.#depth -= 1;
    return sign === '-' ? -value : value;
  }

  #power(): Value {
    const base = this.#called(this.#atom());
    return this.#take('**') === undefined ? base : this.#raise(base, this.#signed());
  }

  #atom(): Value {
    if (this.#take('(') !== undefined) return this.#closed(this.#sum());
    const token = this.#tokens[this.#at] ?? '';
    if (!/\d/.test(token)) throw this.#misspelt();
    this.#at += 1;
    return token.includes('.') ? Number(token) : BigInt(token);
  }

  // Python takes "2(3 + 4)" for the call of a function.
  #called(value: Value): Value {
    if (this.#take('(') === undefined) return value;
    if (this.#take(')') === undefined) this.#closed(this.#sum());
    return this.#fail(`'${typeof value === 'bigint' ? 'int' : 'float'}' object is not callable`);
  }

  #closed(value: Value): Value {
    if (this.#take(')') === undefined) throw this.#unlisted();
    return value;
  }

  // Two numbers in a row inside parentheses look like a list to Python, unless the text ends there.
  #unlisted(): ToolError {
    if (!/\d/.test(this.#tokens[this.#at] ?? '')) return this.#misspelt();
    this.#at += 1;
    return this.#at === this.#tokens.length ? this.#misspelt() : new ToolError(NO_COMMA);
  }

  #misspelt(): ToolError {
    const atEnd = this.#at === this.#tokens.length;
    return new ToolError(atEnd && this.#unclosed ? "'(' was never closed (<string>, line 1)" : INVALID);
  }

  #times(left: Value, right: Value): Value {
    return typeof left === 'bigint' && typeof right === 'bigint'
      ? left * right
      : this.#float(left) * this.#float(right);
  }

  #over(left: Value, right: Value): Value {
    const whole = typeof left === 'bigint' && typeof right === 'bigint';
    if (Number(right) === 0) return this.#fail(whole ? 'division by zero' : 'float division by zero');
    return this.#float(left) / this.#float(right);
  }

  #floorOver(left: Value, right: Value): Value {
    if (typeof left === 'bigint' && typeof right === 'bigint') {
      if (right === 0n) return this.#fail('integer division or modulo by zero');
      const rest = left % right;
      return left / right - (rest !== 0n && rest < 0n !== right < 0n ? 1n : 0n);
    }
    const [a, b] = [this.#float(left), this.#float(right)];
    if (b === 0) return this.#fail('float floor division by zero');
    // By the remainder, as Python does it: 1 // 0.1 is 9, although 1 / 0.1 is 10.
    const rest = a % b;
    const floor = Math.round((a - rest) / b) - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
    return floor === 0 ? 0 * (a / b) : floor;
  }

  #raise(base: Value, exponent: Value): Value {
    if (typeof base === 'bigint' && typeof exponent === 'bigint' && exponent >= 0n) {
      const bits = BigInt(base.toString(16).length * 4);
      return bits * exponent > MAX_BITS && base * base > 1n ? this.#fail(TOO_LARGE) : base ** exponent;
    }
    const [a, b] = [this.#float(base), this.#float(exponent)];
    if (a === 0 && b < 0) return this.#fail('0.0 cannot be raised to a negative power');
    if (a < 0 && !Number.isInteger(b))
      return this.#fail("float() argument must be a string or a real number, not 'complex'");
    const value = a ** b;
    return Number.isFinite(value) ? value : this.#fail("(34, 'Numerical result out of range')");
  }

  #float(value: Value): number {
    const float = Number(value);
    if (typeof value === 'bigint' && !Number.isFinite(float)) this.#fail(TOO_LARGE);
    return float;
  }

  #fail(problem: string): number {
    this.#problem ??= problem;
    return NaN;
  }

  #take(...wanted: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }
}
