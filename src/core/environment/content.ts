import type { CallOutcome } from './apply.ts';
import type { Domain } from './domain.ts';
import type { Json } from './json.ts';
import { rememberPair } from './remember.ts';

/**
 * The text that an agent reads for an outcome: a string result as it is, anything else as JSON in the style of
 * the reference implementation (Python's `json.dumps`: ", " and ": " between parts, non-ASCII escaped, fields
 * declared as decimals always with a decimal point), an error as `Error: message`.
 */
export function renderContent(domain: Domain, outcome: CallOutcome): string {
  if (!outcome.ok) return `Error: ${outcome.message}`;
  const { result } = outcome;
  if (typeof result === 'string') return result;
  if (typeof result !== 'object' || result === null) return pythonJson(result, domain.decimalFields);
  return rendered(domain.decimalFields, result);
}

// Agents read the same unchanged rows again and again.
const rendered = rememberPair((decimals: ReadonlySet<string>, result: Json & object) =>
  pythonJson(result, decimals),
);

/** JSON text in Python's style; `decimals` names the fields that hold floating-point numbers, as a domain does. */
export function pythonJson(value: Json, decimals: ReadonlySet<string>): string {
  return write(value, decimals, '', '', '');
}

/** Writes the value of a field; `above` and `parent` name what the field is in. */
function write(
  value: Json,
  decimals: ReadonlySet<string>,
  above: string,
  parent: string,
  field: string,
): string {
  if (typeof value === 'number') {
    const decimal = decimals.has(field) || decimals.has(`${above}.*.${field}`);
    return decimal ? pythonFloat(value) : String(value);
  }
  if (typeof value === 'string') return escapeNonAscii(JSON.stringify(value));
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value))
    return `[${value.map((inner: Json) => write(inner, decimals, parent, field, '*')).join(', ')}]`;
  const fields = Object.entries(value).map(
    ([key, inner]) => `${escapeNonAscii(JSON.stringify(key))}: ${write(inner, decimals, parent, field, key)}`,
  );
  return `{${fields.join(', ')}}`;
}

/** A float as Python prints it: 51.0 rather than 51, 1e-05 rather than 0.00001. */
export function pythonFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${Object.is(value, -0) ? '-0' : value}.0`;
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) return String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}

function escapeNonAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
