import type { RouteKeys, ScreenId } from './route.ts';

/** The work under way, for the top bar. */
export interface RunStatus {
  readonly label: string;
  readonly state: 'running' | 'paused';
  readonly done: number;
  readonly total: number;
  /** Where it is shown in full. */
  readonly screen: ScreenId;
  readonly keys?: RouteKeys;
  /** Ids of the models that take part. */
  readonly models?: readonly string[];
}
