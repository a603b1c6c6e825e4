import type { Json } from '#core/environment/json.ts';

/** A value as one short piece of text: strings bare, nothing as a dash. */
export function shortJson(value: Json | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value to be read in full: an object as its fields, a list as its elements, one after the other. */
export function listed(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null) return shortJson(value);
  const inner = (part: Json) =>
    typeof part === 'object' && part !== null ? `(${listed(part)})` : listed(part);
  const parts = Array.isArray(value)
    ? value.map(inner)
    : Object.entries<Json>(value).map(([name, part]) => `${name}: ${inner(part)}`);
  return parts.length === 0 ? 'empty' : parts.join(', ');
}

/** A value for a glance: of objects in a list only the first text each holds, of an object its texts. */
export function glance(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null) return shortJson(value);
  const parts = Array.isArray(value) ? value.map(firstText) : Object.values(value).map(firstText);
  return parts.filter((part) => part !== '').join(', ') || shortJson(value);
}

function firstText(value: Json): string {
  if (typeof value !== 'object' || value === null) return value === null ? '' : String(value);
  return String(Object.values<Json>(value).find((inner) => typeof inner === 'string') ?? '');
}

/** "guessed" as "Guessed". */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** 0.7931 as "0.79". */
export function rate(value: number): string {
  return value.toFixed(2);
}

/** "1 task", "24 tasks". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** Seconds as "12 s", "4 min" or "2.5 h": how long something is going to take. */
export function lasting(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

// Making one takes a hundred times as long as using it.
const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** An ISO date as "1 Jan 2026, 12:04", in the reader's time zone. */
export function dateAndTime(iso: string): string {
  return dates.format(new Date(iso));
}

/** Bytes as "312 kB" or "4.9 MB", in powers of ten as browsers and file managers count. */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : Number(value.toPrecision(2))} ${units[unit]}`;
}

/** -0.75 as "−0.75", 0.1 as "+0.10". */
export function signed(value: number): string {
  const sign = value < 0 ? '−' : value > 0 ? '+' : '±';
  return `${sign}${rate(Math.abs(value))}`;
}
