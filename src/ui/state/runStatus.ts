/** The work under way, for the top bar. */
export interface RunStatus {
  readonly label: string;
  readonly state: 'running' | 'paused';
  readonly done: number;
  readonly total: number;
}
