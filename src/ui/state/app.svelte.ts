import { createContext } from 'svelte';
import { Announcer } from './announcer.svelte.ts';
import { clock } from './clock.ts';
import { Preferences } from './preferences.svelte.ts';
import type { DemoRun } from '../screens/start/DemoRun.svelte.ts';
import { Router } from './router.svelte.ts';
import type { Runs } from './runs.svelte.ts';
import type { RunStatus } from './runStatus.ts';
import { loadOnce, type Services } from './services.ts';
import { WorkspaceState } from './workspace.svelte.ts';

/** What every screen shares. One per page; tests make their own. */
export class AppState {
  readonly router: Router;
  readonly preferences: Preferences;
  readonly announcer = new Announcer();
  readonly services: Services;
  readonly workspace: WorkspaceState;
  /** Runs of rollouts; loaded when first asked for, the same every time. */
  readonly runs: () => Promise<Runs>;
  /** The one-click run; loaded when first asked for. */
  readonly demoRun: () => Promise<DemoRun>;
  #run = $state.raw<RunStatus | null>(null);
  #stage = $state.raw<string | null>(null);
  #domainTitle = $state.raw('Retail');

  constructor(window: Window, services: Services) {
    this.services = services;
    this.router = new Router(window);
    this.preferences = new Preferences(window.localStorage, window.document.documentElement);
    this.workspace = new WorkspaceState({
      repository: () => services.repository(),
      now: clock,
      id: this.preferences.workspace,
      onopen: (id) => this.preferences.setWorkspace(id),
    });
    const locks = 'locks' in window.navigator ? window.navigator.locks : undefined;
    this.runs = loadOnce(async () => {
      const { Runs: Manager } = await import('./runs.svelte.ts');
      return new Manager({
        services,
        locks,
        now: clock,
        newId: () => `run-${window.crypto.randomUUID().slice(0, 8)}`,
        report: (status) => this.setRun(status),
      });
    });
    this.demoRun = loadOnce(async () => {
      const { DemoRun: Manager } = await import('../screens/start/DemoRun.svelte.ts');
      return new Manager({
        services,
        locks,
        workspace: this.workspace,
        setStage: (stage) => this.setStage(stage),
        setRun: (run) => this.setRun(run),
        setDomainTitle: (title) => this.setDomainTitle(title),
      });
    });
  }

  get run(): RunStatus | null {
    return this.#run;
  }
  /** The stage of the pipeline that is at work, for the strip. */
  get stage(): string | null {
    return this.#stage;
  }
  /** The domain in use, by its title. */
  get domainTitle(): string {
    return this.#domainTitle;
  }
  /** Large type and nothing beside the content, for a room. */
  get presenting(): boolean {
    return this.router.keys.p === '1';
  }

  /** Shows the work under way in the top bar, and speaks its progress; null when there is none. */
  setRun(run: RunStatus | null): void {
    this.#run = run;
    if (run !== null) this.announcer.announce(`${run.label}: ${run.done} of ${run.total}`);
  }

  setStage(stage: string | null): void {
    this.#stage = stage;
  }

  setDomainTitle(title: string): void {
    this.#domainTitle = title;
  }

  /** Copies the address of the current place, and says so. */
  async copyLink(said: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.router.link());
      this.announcer.toast(said);
    } catch {
      this.announcer.toast('The link could not be copied. Copy it from the address bar.', 'error');
    }
  }

  togglePresent(): void {
    this.router.setKeys({ p: this.presenting ? undefined : '1' });
  }
}

export const [getApp, setApp] = createContext<AppState>();
