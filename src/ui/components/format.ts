import type { Json } from '#core/environment/json.ts';

/** A value as one short piece of text: strings bare, nothing as a dash. */
export function shortJson(value: Json | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** 0.7931 as "0.79". */
export function rate(value: number): string {
  return value.toFixed(2);
}

/** "1 task", "24 tasks". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}
