/** The domain's present, and the days and times of its calendar. Everybody works in one time zone. */
import type { Random } from '#core/environment/index.ts';

/** Monday morning, before anybody is in. */
export const now = '2026-03-02T08:00';
export const today = '2026-03-02';

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;
export type Weekday = (typeof weekdays)[number];

interface Day {
  readonly date: string;
  readonly weekday: Weekday;
  readonly week: 'last' | 'this' | 'next';
}

const week = (name: Day['week'], dates: readonly string[]): Day[] =>
  dates.map((date, i) => ({
    date,
    // Last week is on record from Wednesday on.
    weekday: weekdays[name === 'last' ? i + 2 : i] ?? 'Friday',
    week: name,
  }));

/** The working days that the calendar covers. */
export const days: readonly Day[] = [
  ...week('last', ['2026-02-25', '2026-02-26', '2026-02-27']),
  ...week('this', [today, '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06']),
  ...week('next', ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13']),
];
/** Today and what is still to come. */
export const comingDays: readonly Day[] = days.filter(({ date }) => date >= today);
export const dayOn = (date: string): Day | undefined => days.find((day) => day.date === date);

const HALF_HOUR = 30;
const OPENS = 8 * 60;
/** When the office closes, in minutes. */
export const CLOSES = 18 * 60;

/** "14:30" as minutes since midnight. */
export function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Minutes since midnight as "14:30". */
export function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Every half hour at which a meeting can start: "08:00" to "17:30". */
export const starts: readonly string[] = Array.from({ length: (CLOSES - OPENS) / HALF_HOUR }, (_, i) =>
  timeOf(OPENS + i * HALF_HOUR),
);

/** A stretch of time on some day. */
export interface Span {
  readonly start: string;
  readonly minutes: number;
}

export const endOf = ({ start, minutes }: Span): string => timeOf(minutesOf(start) + minutes);
export const overlap = (a: Span, b: Span): boolean => a.start < endOf(b) && b.start < endOf(a);

/** "Thursday 5 March" */
export function dayLabel(date: string): string {
  return `${dayOn(date)?.weekday ?? ''} ${dayOfMonth(date)}`.trim();
}

const dayOfMonth = (date: string): string =>
  `${Number(date.slice(8))} ${date.slice(5, 7) === '02' ? 'February' : 'March'}`;

/** A coming day as people say it, to stand after "to" or "for": "tomorrow", "Thursday", "Tuesday next week". */
export function dayName(date: string, random: Random): string {
  const day = dayOn(date);
  if (day === undefined) return date;
  const { weekday } = day;
  if (date === today) return 'today';
  if (day.week === 'last') return `last ${weekday}`;
  const exact = `${weekday}, ${dayOfMonth(date)}`;
  if (day.week === 'next') return random.pick([`${weekday} next week`, exact]);
  return weekday === 'Tuesday' ? random.pick(['tomorrow', weekday]) : random.pick([weekday, exact]);
}

/** A day as it follows what happens then: "tomorrow", "on Thursday", "last Friday". */
export function onDay(date: string, random: Random): string {
  const name = dayName(date, random);
  return /^[MTWF]/.test(name) ? `on ${name}` : name;
}
