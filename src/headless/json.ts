import { InputError } from '#core/environment/index.ts';

/** Parses JSON text. Throws {@link InputError} with the line and column at fault. `firstLine` counts from 1. */
export function parseJson(text: string, where: string, firstLine = 1): unknown {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    return JSON.parse(source) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { position, expected } = findError(source);
    const before = source.slice(0, position);
    const line = firstLine + (before.match(/\n/g)?.length ?? 0);
    const column = position - (before.lastIndexOf('\n') + 1) + 1;
    const found = position >= source.length ? 'the end' : `'${source.slice(position, position + 1)}'`;
    throw new InputError(
      where,
      `not valid JSON at line ${line}, column ${column}: expected ${expected}, found ${found}.`,
    );
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

type Expected = 'a value' | "a value or ']'" | "a name or '}'" | 'a name' | "':'" | "','" | 'the end';

/** Where JSON text stops being JSON, and what could stand there. Node's own message often lacks the place. */
function findError(text: string): { position: number; expected: string } {
  const open: ('{' | '[')[] = [];
  let position = 0;
  let expected: Expected = 'a value';
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = position;
    if (!pattern.test(text)) return false;
    position = pattern.lastIndex;
    return true;
  };
  const takes = (char: string): boolean => {
    const found = text[position] === char;
    if (found) position += 1;
    return found;
  };
  const afterValue = (): Expected => (open.length === 0 ? 'the end' : "','");
  const close = (): Expected => {
    open.pop();
    return afterValue();
  };
  for (;;) {
    take(SPACE);
    const inside = open.at(-1);
    let next: Expected | undefined;
    if (expected === 'the end') break;
    if (expected === "':'") next = takes(':') ? 'a value' : undefined;
    else if (expected === "','") {
      if (takes(',')) next = inside === '{' ? 'a name' : 'a value';
      else if (takes(inside === '{' ? '}' : ']')) next = close();
    } else if (expected === 'a name' || expected === "a name or '}'") {
      if (take(STRING)) next = "':'";
      else if (expected !== 'a name' && takes('}')) next = close();
    } else if (expected === "a value or ']'" && takes(']')) next = close();
    else if (takes('{')) {
      open.push('{');
      next = "a name or '}'";
    } else if (takes('[')) {
      open.push('[');
      next = "a value or ']'";
    } else if (take(STRING) || take(SCALAR)) next = afterValue();
    if (next === undefined) break;
    expected = next;
  }
  const choice = expected === "','" ? `',' or '${open.at(-1) === '{' ? '}' : ']'}'` : expected;
  return { position, expected: choice };
}
