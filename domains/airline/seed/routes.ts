import type { Random } from '#core/environment/index.ts';
import { airports } from '../airports.ts';

/** Latitude and longitude of each airport in degrees, for plausible flight times and fares. */
const positions: Readonly<Record<string, readonly [number, number]>> = {
  SFO: [37.6, -122.4],
  JFK: [40.6, -73.8],
  LAX: [33.9, -118.4],
  ORD: [42, -87.9],
  DFW: [32.9, -97],
  DEN: [39.9, -104.7],
  SEA: [47.4, -122.3],
  ATL: [33.6, -84.4],
  MIA: [25.8, -80.3],
  BOS: [42.4, -71],
  PHX: [33.4, -112],
  IAH: [30, -95.3],
  LAS: [36.1, -115.2],
  MCO: [28.4, -81.3],
  EWR: [40.7, -74.2],
  CLT: [35.2, -80.9],
  MSP: [44.9, -93.2],
  DTW: [42.2, -83.4],
  PHL: [39.9, -75.2],
  LGA: [40.8, -73.9],
};

/** Every other airport is connected to two of these. */
const hubs = ['ORD', 'DFW', 'ATL', 'DEN'];
/** Nobody flies from one airport of a city to another. */
const NEAREST = 180;
const EARTH = 3959;

/** A connection, flown in both directions. */
export interface Route {
  readonly from: string;
  readonly to: string;
  readonly miles: number;
}

/** Miles between two airports along a great circle. */
export function milesBetween(from: string, to: string): number {
  const [a = 0, b = 0] = positions[from] ?? [];
  const [c = 0, d = 0] = positions[to] ?? [];
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const across =
    Math.sin(radians(c - a) / 2) ** 2 +
    Math.cos(radians(a)) * Math.cos(radians(c)) * Math.sin(radians(d - b) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(across));
}

/** A network in which every airport is reached from every other with at most one or two changes of planes. */
export function drawRoutes(random: Random): Route[] {
  const codes = airports.map(({ iata }) => iata as string);
  const routes = new Map<string, Route>();
  const connect = (from: string, to: string) => {
    const miles = milesBetween(from, to);
    const key = [from, to].sort().join();
    if (miles > NEAREST && !routes.has(key)) routes.set(key, { from, to, miles });
  };
  for (const hub of hubs) for (const other of hubs) if (hub < other) connect(hub, other);
  for (const code of codes) {
    if (hubs.includes(code)) continue;
    random
      .shuffle(hubs)
      .slice(0, 2)
      .forEach((hub) => {
        connect(code, hub);
      });
    connect(code, random.pick(codes));
  }
  return [...routes.values()];
}
