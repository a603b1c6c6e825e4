import type { State, ToolCall } from '../../environment/index.ts';
import { leaves } from '../../explore/index.ts';
import { passed, skipped, warned, type Check } from '../check.ts';

const isoDay = /^\d{4}-\d{2}-\d{2}/;

/** S8. Past and future agree with the domain's clock. */
export const s8: Check = {
  id: 'S8',
  level: 'W',
  title: "Past and future agree with the domain's clock",
  run({ calls, domain, state, writes }) {
    const { clock, pastFields = [] } = domain;
    if (clock === undefined) return skipped('This domain declares no clock.');
    // What is written is planned, except what a record says already; only reads may look back.
    const dated = writes.flatMap((i) => datesOf(state, calls[i], pastFields));
    // ISO times of one precision sort as text; a day alone is compared with the clock's day.
    const wrong = dated.find(({ date, past }) => {
      const present = clock.slice(0, date.length);
      return past ? date > present : date < present;
    });
    return wrong === undefined
      ? passed(`${dated.length} dates are written, each on its side of ${clock}.`)
      : warned(`${wrong.argument} is ${wrong.date}, and the clock stands at ${clock}.`);
  },
};

interface Dated {
  readonly argument: string;
  readonly date: string;
  readonly past: boolean;
}

function datesOf(state: State, call: ToolCall | undefined, pastFields: readonly string[]): Dated[] {
  if (call === undefined) return [];
  const all = leaves(call.arguments);
  const kept = new Set(all.flatMap(({ value }) => datesOnRecord(state, value)));
  return all.flatMap(({ path, value }): Dated[] => {
    const date = String(value);
    const past = pastFields.includes(path.split('.').at(-1) ?? '');
    if (!isoDay.test(date) || (kept.has(date) && !past)) return [];
    return [{ argument: `${call.name}.${path}`, date, past }];
  });
}

/** The dates in the record that an argument names: those of a trip under way may lie in the past. */
function datesOnRecord(state: State, id: unknown): string[] {
  if (typeof id !== 'string') return [];
  const rows = Object.keys(state.base).flatMap((table) => {
    const row = state.get(table, id);
    return row === undefined ? [] : [row];
  });
  return rows.flatMap((row) =>
    leaves(row).flatMap(({ value }) => (isoDay.test(String(value)) ? [String(value)] : [])),
  );
}
