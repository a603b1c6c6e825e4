/** Dates and times of the airline as people say them. Everything happens in May 2024, so days are plain numbers. */
import { NOW } from './schema.ts';

/** "2024-05-15" */
export const TODAY = NOW.slice(0, 10);
/** The first day on which flights can still be booked, and a day after all that anybody plans. */
export const TOMORROW = '2024-05-16';
export const END = '2024-05-31';
/** Whoever booked after this moment booked within the last 24 hours. */
export const DAY_AGO = '2024-05-14T15:00:00';

const pad = (number: number) => String(number).padStart(2, '0');

/** A day of May 2024 as the database writes it. */
export const dateOf = (day: number): string => `2024-05-${pad(day)}`;

export const dayOf = (date: string): number => Number(date.slice(-2));

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** "May 20" */
export function spokenDate(date: string): string {
  return `${months[Number(date.slice(5, 7)) - 1] ?? ''} ${Number(date.slice(8, 10))}`;
}

/** "July 9, 1985" */
export const spokenBirthday = (date: string): string => `${spokenDate(date)}, ${date.slice(0, 4)}`;

/** "6:15 am" for "06:15:00" */
export function spokenTime(time: string): string {
  const hour = Number(time.slice(0, 2));
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  return `${twelve}:${time.slice(3, 5)} ${hour < 12 ? 'am' : 'pm'}`;
}

/** A time of day from minutes since midnight, as the database writes it: "25:00" is "01:00:00+1". */
export function clockTime(minutes: number): string {
  const day = minutes >= 1440 ? '+1' : '';
  return `${pad(Math.floor(minutes / 60) % 24)}:${pad(minutes % 60)}:00${day}`;
}

/** Minutes since midnight of the day of departure. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) + (time.includes('+1') ? 1440 : 0);
}

/** A moment as the database writes it: minutes since midnight of a day of May. */
export function moment(day: number, minutes: number): string {
  const later = Math.floor(minutes / 1440);
  return `${dateOf(day + later)}T${clockTime(minutes - later * 1440)}`;
}
