import { createContext } from 'svelte';
import { Announcer } from './announcer.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { Router } from './router.svelte.ts';
import type { Services } from './services.ts';

/** How much of everything the workspace holds, for the pipeline strip. */
export interface PipelineCounts {
  /** The domain in use, by its title. */
  readonly environment: string;
  readonly trajectories: number;
  readonly tasks: number;
  readonly rollouts: number;
  readonly verdicts: number;
  readonly examples: number;
}

/** The work under way, for the top bar. */
export interface RunStatus {
  readonly label: string;
  readonly state: 'running' | 'paused';
  readonly done: number;
  readonly total: number;
}

const NOTHING: PipelineCounts = {
  environment: 'Retail',
  trajectories: 0,
  tasks: 0,
  rollouts: 0,
  verdicts: 0,
  examples: 0,
};

/** What every screen shares. One per page; tests make their own. */
export class AppState {
  readonly router: Router;
  readonly preferences: Preferences;
  readonly announcer: Announcer;
  readonly services: Services;
  #workspace = $state.raw('Scratch workspace');
  #savedAt = $state.raw<Date | null>(null);
  #run = $state.raw<RunStatus | null>(null);
  #counts = $state.raw(NOTHING);

  constructor(window: Window, services: Services) {
    this.services = services;
    this.router = new Router(window);
    this.preferences = new Preferences(window.localStorage, window.document.documentElement);
    this.announcer = new Announcer();
  }

  get workspace(): string {
    return this.#workspace;
  }
  get savedAt(): Date | null {
    return this.#savedAt;
  }
  get run(): RunStatus | null {
    return this.#run;
  }
  get counts(): PipelineCounts {
    return this.#counts;
  }
  /** Large type and nothing beside the content, for a room. */
  get presenting(): boolean {
    return this.router.keys.p === '1';
  }

  setWorkspace(name: string): void {
    this.#workspace = name;
  }

  markSaved(at: Date): void {
    this.#savedAt = at;
  }

  setRun(run: RunStatus | null): void {
    this.#run = run;
    if (run !== null) this.announcer.announce(`${run.label}: ${run.done} of ${run.total}`);
  }

  setCounts(counts: Partial<PipelineCounts>): void {
    this.#counts = { ...this.#counts, ...counts };
  }

  togglePresent(): void {
    this.router.setKeys({ p: this.presenting ? undefined : '1' });
  }
}

export const [getApp, setApp] = createContext<AppState>();
