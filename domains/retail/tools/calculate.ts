import { pythonFloat, ToolError } from '#core/environment/index.ts';
import { roundCents } from './lookup.ts';

/**
 * The value of an arithmetic expression, as Python prints it after rounding to two decimals ("51.0").
 * Knows + - * / // ** and parentheses. Throws {@link ToolError} on anything else.
 */
export function calculate(expression: string): string {
  if (/[^0-9+\-*/(). ]/.test(expression)) throw new ToolError('Invalid characters in expression');
  return pythonFloat(roundCents(new Parser(expression).parse()));
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(expression: string) {
    const tokens = expression.match(/\d+\.?\d*|\.\d+|\*\*|\/\/|[+\-*/()]|\./g) ?? [];
    this.#tokens = tokens;
  }

  parse(): number {
    const value = this.#sum();
    if (this.#at < this.#tokens.length || !Number.isFinite(value)) throw new ToolError('invalid syntax');
    return value;
  }

  #take(...wanted: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#take('+', '-'); sign !== undefined; sign = this.#take('+', '-'))
      value = sign === '+' ? value + this.#product() : value - this.#product();
    return value;
  }

  #product(): number {
    let value = this.#signed();
    for (let sign = this.#take('*', '/', '//'); sign !== undefined; sign = this.#take('*', '/', '//')) {
      const right = this.#signed();
      if (sign !== '*' && right === 0) throw new ToolError('division by zero');
      value = sign === '*' ? value * right : sign === '/' ? value / right : Math.floor(value / right);
    }
    return value;
  }

  // A sign binds looser than a power on its right: -2 ** 2 is -4.
  #signed(): number {
    const sign = this.#take('+', '-');
    if (sign !== undefined) return sign === '-' ? -this.#signed() : this.#signed();
    const base = this.#atom();
    return this.#take('**') === undefined ? base : base ** this.#signed();
  }

  #atom(): number {
    if (this.#take('(') !== undefined) {
      const value = this.#sum();
      if (this.#take(')') === undefined) throw new ToolError("'(' was never closed");
      return value;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined || !/\d/.test(token)) throw new ToolError('invalid syntax');
    this.#at += 1;
    return Number(token);
  }
}
