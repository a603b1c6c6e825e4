import type { Task } from '#core/certify/index.ts';
import type { Domain } from '#core/environment/index.ts';
import type { Condition } from '#core/transform/index.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import { isModelId } from '../../state/modelId.ts';
import { loadRecording, RECORDED } from '../../state/recording.ts';
import { ModelChoice } from '../rollout/ModelChoice.svelte.ts';
import type { Seat } from './Game.svelte.ts';
import type { PlayChoice } from './Plays.svelte.ts';

/** Tasks shown at first, and more each time. */
const PAGE = 8;
const FIRST_AGENT = 'careful';

const isProse = (task: Task) => task.provenance.source === 'imported';

/** What a person chooses before they play. The task and the seat stand in the address. */
export class SetupState {
  readonly #app: AppState;
  readonly #rows: LiveRows<'tasks'>;
  #domains = $state.raw<readonly Domain[]>([]);
  #recorded = $state.raw<readonly Task[]>([]);
  #condition = $state.raw<Condition | null>(null);
  #shown = $state.raw(PAGE);
  #baseline = $state.raw(FIRST_AGENT);

  readonly seat = $derived.by((): Seat => (this.#app.router.keys.v === 'user' ? 'user' : 'agent'));
  /** Tasks of the workspace that can be played: users of prose, without a program, only where a model plays them. */
  readonly own = $derived.by(() => {
    const all = this.#rows.rows.map(({ task }) => task);
    return this.seat === 'agent' && this.models.user !== null ? all : all.filter((task) => !isProse(task));
  });
  /** Tasks that a model as the user would open. */
  readonly closed = $derived.by(() =>
    this.seat === 'agent' ? this.#rows.rows.filter(({ task }) => isProse(task)).length : 0,
  );
  readonly #wantsRecorded = $derived.by(
    () =>
      this.#rows.loaded && (this.own.length === 0 || (this.#app.router.id?.startsWith(RECORDED) ?? false)),
  );
  readonly tasks = $derived.by(() =>
    (this.#wantsRecorded ? this.#recorded : this.own).filter(
      ({ condition }) => this.#condition === null || condition === this.#condition,
    ),
  );
  readonly task = $derived.by(() => {
    const id = this.#app.router.id?.replace(RECORDED, '');
    return this.tasks.find((task) => task.id === id) ?? this.tasks[0] ?? null;
  });
  readonly listed = $derived.by(() => {
    const first = this.tasks.slice(0, this.#shown);
    const { task } = this;
    return task === null || first.includes(task) ? first : [task, ...first];
  });
  readonly models: ModelChoice = new ModelChoice(() => ({
    chosen: this.task === null ? [] : [this.task],
    domains: this.#domains,
    trials: 1,
    // The person is the one agent whom a model that speaks for the user has to answer.
    scripted: this.seat === 'agent' ? ['human'] : [],
  }));
  /** Who sits opposite: a model, a baseline, or null for the scripted user. */
  readonly partner = $derived.by((): string | null =>
    this.seat === 'agent' ? this.models.user : (this.models.agentIds[0] ?? this.#baseline),
  );

  constructor(app: AppState) {
    this.#app = app;
    this.#rows = new LiveRows(app.services, 'tasks', app.workspace.id);
  }

  get loaded(): boolean {
    return this.#rows.loaded && (!this.#wantsRecorded || this.#recorded.length > 0);
  }
  get problem(): string | null {
    return this.#rows.problem;
  }
  /** Whether the tasks are the ones that travel with the page. */
  get isRecorded(): boolean {
    return this.#wantsRecorded;
  }
  get condition(): Condition | null {
    return this.#condition;
  }
  domainTitle(task: Task): string {
    return this.#domains.find(({ id }) => id === task.domain)?.title ?? task.domain;
  }

  /** Begins to follow the store. Rejects when the recorded examples cannot be loaded. */
  async start(): Promise<void> {
    const domains = this.#app.services.domains().then((known) => (this.#domains = known));
    await Promise.all([domains, this.#rows.start()]);
    if (this.#wantsRecorded) this.#recorded = (await loadRecording()).tasks;
    this.models.start(await this.#app.models(), await this.#app.tabModels());
  }

  stop(): void {
    this.#rows.stop();
  }

  setSeat(seat: Seat): void {
    this.#app.router.setKeys({ v: seat === 'user' ? 'user' : undefined });
  }
  setCondition(condition: Condition | null): void {
    this.#condition = condition;
    this.#shown = PAGE;
  }
  more(): void {
    this.#shown += PAGE;
  }
  select(task: Task): void {
    const id = this.#wantsRecorded ? `${RECORDED}${task.id}` : task.id;
    this.#app.router.go('play', id, this.seat === 'user' ? { v: 'user' } : {});
  }
  setPartner(partner: string): void {
    const model = isModelId(partner) ? partner : null;
    if (this.seat === 'agent') {
      this.models.setUser(model);
      return;
    }
    for (const id of this.models.picked) this.models.toggle(id);
    if (model === null) this.#baseline = partner;
    else this.models.toggle(model);
  }

  /** What was chosen; null while there is no task, or the model cannot be asked. */
  choice(): PlayChoice | null {
    const { task, seat, partner } = this;
    if (task === null || this.models.problem !== null) return null;
    return { task, seat, partner, limits: this.models.limits };
  }
}
