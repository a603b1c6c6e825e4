import { createContext } from 'svelte';
import { prefersReducedMotion } from 'svelte/motion';
import { Announcer } from './announcer.svelte.ts';
import type { DatabaseRow } from '../../store/rows.ts';
import { isBundle, type BroughtFile } from './brought.ts';
import { clock } from './clock.ts';
import { Engines } from './engines.svelte.ts';
import { Exporting } from './exporting.svelte.ts';
import { OtherTabs } from './otherTabs.svelte.ts';
import type { ModelsState } from './models.svelte.ts';
import type { ModelSpeeds } from './modelSpeeds.svelte.ts';
import type { OpenRun } from './openModels.ts';
import type { TabModels } from './tabModels.svelte.ts';
import type { Imports } from './imports.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import type { Plays } from '../screens/play/Plays.svelte.ts';
import type { DemoRun } from '../screens/start/DemoRun.svelte.ts';
import { RoomState } from './room.svelte.ts';
import { Router } from './router.svelte.ts';
import { takeSignInReturn } from './signInReturn.ts';
import { RunLocks } from './runLocks.svelte.ts';
import type { Runs } from './runs.svelte.ts';
import type { RunStatus } from './runStatus.ts';
import { loadOnce, type Services } from './services.ts';
import { WorkspaceState } from './workspace.svelte.ts';

/** Opens a workspace file to show what is in it. Never rejects. */
type BundleOpener = (file: File) => Promise<void>;

/** What every screen shares. One per page; tests make their own. */
export class AppState {
  readonly router: Router;
  readonly preferences: Preferences;
  readonly announcer = new Announcer();
  readonly services: Services;
  readonly workspace: WorkspaceState;
  /** Which runs this tab works on, and which ones others do. */
  readonly locks: RunLocks;
  readonly otherTabs: OtherTabs;
  readonly exporting: Exporting;
  readonly engines = new Engines();
  readonly room: RoomState;
  /** Runs of rollouts; loaded when first asked for, the same every time. */
  readonly runs: () => Promise<Runs>;
  /** Models, their servers and keys; loaded when first asked for, the same every time. */
  readonly models: () => Promise<ModelsState>;
  /** Opens models for a run or a play, wherever they are. */
  readonly openModels: OpenRun;
  /** Models in the memory of this tab; loaded when first asked for, the same every time. */
  readonly tabModels: () => Promise<TabModels>;
  /** How fast models answer; loaded when first asked for, the same every time. */
  readonly modelSpeeds: () => Promise<ModelSpeeds>;
  /** Plays of a person; loaded when first asked for, the same every time. */
  readonly plays: () => Promise<Plays>;
  /** Bringing one's own data; loaded when first asked for, the same every time. */
  readonly imports: () => Promise<Imports>;
  #bundle: File | null = null;
  #openBundle: BundleOpener | null = null;
  /** The one-click run; loaded when first asked for. */
  readonly demoRun: () => Promise<DemoRun>;
  #run = $state.raw<RunStatus | null>(null);
  #stage = $state.raw<string | null>(null);
  #domainTitle = $state.raw('Retail');

  constructor(window: Window, services: Services) {
    this.services = services;
    const returned = takeSignInReturn(window);
    this.router = new Router(window);
    this.preferences = new Preferences(window.localStorage, window.document.documentElement);
    this.workspace = new WorkspaceState({
      services,
      now: clock,
      id: this.preferences.workspace,
      home: this.preferences.home,
      onopen: (id, home) => this.preferences.setWorkspace(id, home),
      ongone: (title) => this.announcer.toast(`"${title}" was deleted. This is "${this.workspace.title}".`),
    });
    this.exporting = new Exporting({ services, now: clock });
    const { navigator } = window;
    this.room = new RoomState(services, 'storage' in navigator ? navigator.storage : undefined);
    this.locks = new RunLocks('locks' in navigator ? navigator.locks : undefined);
    this.otherTabs = new OtherTabs({
      repository: () => services.repository(),
      locks: this.locks,
      now: clock,
      onproblem: (error) => this.announcer.toast(textOf(error), 'error'),
    });
    this.tabModels = loadOnce(async () => {
      const [{ TabModels: State }, { BuiltinModel }, { builtinIn }] = await Promise.all([
        import('./tabModels.svelte.ts'),
        import('./builtinModel.svelte.ts'),
        import('../../models/builtin/index.ts'),
      ]);
      const state = new State({
        services,
        now: () => clock().getTime(),
        builtin: new BuiltinModel(builtinIn(window)),
        tell: (text) => this.announcer.toast(text, 'error'),
      });
      await state.start();
      return state;
    });
    this.models = loadOnce(async () => {
      const [{ ModelsState: State }, { KeptKeys }, { SignIns }, { MODEL_SOURCES }, desk, tab] =
        await Promise.all([
          import('./models.svelte.ts'),
          import('./keptKeys.ts'),
          import('./signIns.ts'),
          import('./build.ts'),
          services.modelDesk(),
          this.tabModels(),
        ]);
      const state = new State({
        services,
        desk,
        kept: new KeptKeys(window.sessionStorage, () => clock().getTime()),
        signIns: new SignIns({
          storage: window.sessionStorage,
          here: `${window.location.origin}${window.location.pathname}`,
          leave: (address) => window.location.assign(address),
        }),
        sources: MODEL_SOURCES,
        tell: (text) => this.announcer.toast(text),
      });
      await state.start();
      if (returned !== null)
        state.finishSignIn(returned).catch((error: unknown) => this.announcer.toast(textOf(error), 'error'));
      this.engines.offer(() => state.chosen.length + tab.offered.length);
      return state;
    });
    this.openModels = async (ids, plan, onspent) => {
      const [{ openModels }, models, tab] = await Promise.all([
        import('./openModels.ts'),
        this.models(),
        this.tabModels(),
      ]);
      return openModels(models, tab, ids, plan, onspent);
    };
    this.modelSpeeds = loadOnce(async () => {
      const { ModelSpeeds: State } = await import('./modelSpeeds.svelte.ts');
      return new State(this.openModels, () => window.crypto.randomUUID());
    });
    this.runs = loadOnce(async () => {
      const { Runs: Manager } = await import('./runs.svelte.ts');
      return new Manager({
        services,
        locks: this.locks,
        models: async (request, signal) => {
          const { openModelRun } = await import('./modelRun.ts');
          return openModelRun(services, this.openModels, request, signal);
        },
        now: clock,
        newId: () => `run-${window.crypto.randomUUID().slice(0, 8)}`,
        report: (status) => this.setRun(status),
        // Roll out shows it with what can be done.
        tell: (problem) => {
          if (this.router.screen !== 'rollout') this.announcer.toast(problem, 'error');
        },
      });
    });
    this.demoRun = loadOnce(async () => {
      const { DemoRun: Manager } = await import('../screens/start/DemoRun.svelte.ts');
      return new Manager({
        services,
        locks: this.locks,
        workspace: this.workspace,
        setStage: (stage) => this.setStage(stage),
        setRun: (run) => this.setRun(run),
        setDomainTitle: (title) => this.setDomainTitle(title),
      });
    });
    this.plays = loadOnce(async () => {
      const { Plays: Manager } = await import('../screens/play/Plays.svelte.ts');
      const plays = new Manager(this);
      // A play is in the page alone until it ends: closing the page asks.
      window.addEventListener('beforeunload', (event) => {
        if (plays.isUnderWay) event.preventDefault();
      });
      return plays;
    });
    this.imports = loadOnce(async () => {
      const { Imports: Importer } = await import('./imports.svelte.ts');
      return new Importer(this);
    });
  }

  /**
   * Takes files that a person brought, wherever they were dropped: a workspace file goes to Settings, anything else
   * to Import, which says what it is before anything is kept.
   */
  async bring(gathering: Promise<readonly BroughtFile[]>): Promise<void> {
    let files: readonly BroughtFile[];
    try {
      files = await gathering;
    } catch (error) {
      this.router.go('import');
      (await this.imports()).refuse(error);
      return;
    }
    const [only] = files;
    if (files.length === 1 && only !== undefined && isBundle(only)) {
      this.router.go('settings');
      if (this.#openBundle === null) this.#bundle = only.file;
      else await this.#openBundle(only.file);
      return;
    }
    this.router.go('import');
    await (await this.imports()).bring(files);
  }

  /**
   * Gives workspace files to whoever can open them: one that was brought before, and those to come.
   * @returns the function that ends it
   */
  takeBundles(open: BundleOpener): () => void {
    this.#openBundle = open;
    const waiting = this.#bundle;
    this.#bundle = null;
    if (waiting !== null)
      open(waiting).catch((error: unknown) => this.announcer.toast(textOf(error), 'error'));
    return () => (this.#openBundle = null);
  }

  /** Runs the whole pipeline in the demo's workspace: on a database that a person brought, or the domain's own. */
  async play(row: DatabaseRow | null): Promise<void> {
    this.router.go('start', null, { v: 'run' });
    const demo = await this.demoRun();
    await demo.start(prefersReducedMotion.current, row);
  }

  /** Opens the workspace and follows it, and what other tabs do. Call it after the first paint. */
  async start(): Promise<void> {
    await this.workspace.start();
    await Promise.all([this.otherTabs.start(), this.room.start(), this.#countModels()]);
  }

  /** The top bar says how many models there are before anything of them is loaded. */
  async #countModels(): Promise<void> {
    const [{ countModels }, repository] = await Promise.all([
      import('./modelCount.ts'),
      this.services.repository(),
    ]);
    this.engines.expect(await countModels(repository));
  }

  stop(): void {
    this.workspace.stop();
    this.otherTabs.stop();
    this.room.stop();
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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
