import {
  isJsonArray,
  isJsonObject,
  renderContent,
  type CallOutcome,
  type Domain,
  type Json,
} from '#core/environment/index.ts';

/** Where each key that is written in digits first stands in a JSON text. */
export type KeyOrder = ReadonlyMap<string, number>;

/** Reads the order of number-like keys, which is lost when JavaScript parses the text. */
export function keyOrder(text: string): KeyOrder {
  const order = new Map<string, number>();
  for (const [, key = ''] of text.matchAll(/"(\d+)"\s*:/g)) if (!order.has(key)) order.set(key, order.size);
  return order;
}

// A private-use character in front of a key keeps JavaScript from moving it, and is taken out of the text again.
const MARK = '\ue000';
const WRITTEN_MARK = '\\ue000';

/**
 * The text an agent reads for an outcome, like {@link renderContent}, but with records that are keyed by numbers in
 * the order of the file, as the reference implementation lists them. JavaScript lists small whole numbers first.
 */
export function renderInOrder(domain: Domain, outcome: CallOutcome, order: KeyOrder): string {
  if (!outcome.ok || typeof outcome.result === 'string') return renderContent(domain, outcome);
  const result = marked(outcome.result, order);
  return renderContent(domain, { ...outcome, result }).replaceAll(WRITTEN_MARK, '');
}

function marked(value: Json, order: KeyOrder): Json {
  if (isJsonArray(value)) return value.map((inner) => marked(inner, order));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, marked(inner, order)] as const);
  const places = entries.map(([key]) => order.get(key));
  if (places.includes(undefined)) return Object.fromEntries(entries);
  const place = ([key]: readonly [string, Json]) => order.get(key) ?? 0;
  return Object.fromEntries(
    entries.sort((a, b) => place(a) - place(b)).map(([key, inner]) => [`${MARK}${key}`, inner]),
  );
}
