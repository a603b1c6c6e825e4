import { leaves } from '../../explore/index.ts';
import { passed, skipped, warned, type Check } from '../check.ts';

const isoDay = /^\d{4}-\d{2}-\d{2}/;

/** S8. Past and future agree with the domain's clock. */
export const s8: Check = {
  id: 'S8',
  level: 'W',
  title: "Past and future agree with the domain's clock",
  run({ calls, domain, writes }) {
    const { clock } = domain;
    if (clock === undefined) return skipped('This domain declares no clock.');
    // What is written is planned; only reads may look back.
    const dated = writes.flatMap((i) => {
      const call = calls[i];
      const dates = leaves(call?.arguments ?? {}).filter(({ value }) => isoDay.test(String(value)));
      return dates.map(({ path, value }) => ({ argument: `${call?.name}.${path}`, date: String(value) }));
    });
    // ISO times of one precision sort as text; a day alone is compared with the clock's day.
    const late = dated.find(({ date }) => date < clock.slice(0, date.length));
    return late === undefined
      ? passed(`${dated.length} dates are written, none of them before ${clock}.`)
      : warned(`${late.argument} is ${late.date}, and the clock stands at ${clock}.`);
  },
};
