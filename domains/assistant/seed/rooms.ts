import type { Room } from '../schema.ts';

const room = (
  name: string,
  floor: Room['floor'],
  seats: number,
  video: boolean,
  leads_only = false,
): [string, Room] => [name, { name, floor, seats, video, leads_only }];

/** The rooms of the house: the same in every database, like the house itself. */
export const rooms: Readonly<Record<string, Room>> = Object.fromEntries([
  room('Alder', 'ground', 2, false),
  room('Birch', 'ground', 4, true),
  room('Cedar', 'ground', 6, false),
  room('Hazel', 'first', 3, false),
  room('Linden', 'first', 4, false),
  room('Maple', 'first', 8, true),
  room('Oak', 'first', 12, true),
  room('Rowan', 'second', 3, true),
  room('Willow', 'second', 6, true),
  room('Boardroom', 'second', 10, true, true),
]);
