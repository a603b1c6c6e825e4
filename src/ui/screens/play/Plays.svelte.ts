/** Plays of a person. Loaded when Play is first opened; one per page, so that a play outlives the screen. */
import type { Task } from '#core/certify/index.ts';
import { findBaseline, modelAgent, modelSeat, type Agent, type UserSeat } from '#core/rollout/index.ts';
import { NOTHING } from '../../../models/index.ts';
import { rolloutRow, taskRow, type RunRow } from '../../../store/rows.ts';
import type { Services } from '../../state/services.ts';
import { clock } from '../../state/clock.ts';
import { openDatabase } from '../../state/databases.ts';
import { isModelId } from '../../state/modelId.ts';
import type { OpenRun } from '../../state/openModels.ts';
import { withModelPlan, type ModelPlan, type RunLimits } from '../../state/modelPlan.ts';
import { Game, type Seat } from './Game.svelte.ts';

/** What a person chose to play. */
export interface PlayChoice {
  readonly task: Task;
  readonly seat: Seat;
  /** A scripted baseline or a model who serves, or a model who speaks for the user; null for the scripted user. */
  readonly partner: string | null;
  readonly limits: RunLimits;
}

/** What plays need from outside. */
export interface PlaysInput {
  readonly services: Services;
  readonly workspace: { readonly id: string; readonly demo: boolean };
  /** Opens models, once somebody plays with one. */
  readonly openModels: OpenRun;
}

interface Partner {
  readonly agent: Agent | null;
  readonly speaker: UserSeat | null;
  close(): void;
}

/** Begins plays and keeps what comes of them. */
export class Plays {
  readonly #app: PlaysInput;
  #game = $state.raw<Game | null>(null);
  #opening = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  #spent = $state.raw<ModelPlan['spent']>(NOTHING);

  constructor(app: PlaysInput) {
    this.#app = app;
  }

  /** The play under way, or the one that has ended and is looked at. */
  get game(): Game | null {
    return this.#game;
  }
  get opening(): boolean {
    return this.#opening;
  }
  /** Why it could not begin. */
  get problem(): string | null {
    return this.#problem;
  }
  /** What a model in it has used. */
  get spent(): ModelPlan['spent'] {
    return this.#spent;
  }
  /** Whether a person would lose something by closing the page. */
  get isUnderWay(): boolean {
    return this.#game !== null && this.#game.judged === null;
  }

  /** Back to the choice of a task. */
  leave(): void {
    this.#game = null;
    this.#problem = null;
  }

  /** Begins a play, and keeps it when it ends. Never rejects. */
  async start(choice: PlayChoice): Promise<void> {
    if (this.isUnderWay || this.#opening) return;
    this.#opening = true;
    this.#problem = null;
    this.#spent = NOTHING;
    let partner: Partner | null = null;
    try {
      const { task, seat } = choice;
      const workspace = this.#app.workspace.id;
      const open = await openDatabase(this.#app.services, workspace, task.database);
      partner = await this.#partner(choice);
      const seed = `play-${crypto.randomUUID().slice(0, 8)}`;
      const { agent, speaker } = partner;
      const game = new Game({ workspace, task, open, seed, seat, agent, speaker });
      this.#game = game;
      this.#opening = false;
      await game.play();
      await this.#keep(game, choice, seed);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#opening = false;
      partner?.close();
    }
  }

  async #partner({ seat, partner, limits }: PlayChoice): Promise<Partner> {
    const close = () => undefined;
    if (partner === null) return { agent: null, speaker: null, close };
    if (!isModelId(partner)) {
      const agent = findBaseline(partner);
      if (agent === undefined) throw new Error(`There is no agent "${partner}".`);
      return { agent, speaker: null, close };
    }
    const plan = planOf(limits, NOTHING);
    const opened = await this.#app.openModels([partner], plan, (spent) => (this.#spent = spent));
    const [model] = opened.models;
    if (model === undefined) throw new Error(`"${partner}" could not be opened.`);
    return seat === 'user'
      ? { agent: modelAgent(model), speaker: null, close: () => opened.close() }
      : { agent: null, speaker: modelSeat(model), close: () => opened.close() };
  }

  /** Keeps the rollout in a run of its own, and the task where the workspace lacks it. */
  async #keep(game: Game, choice: PlayChoice, run: string): Promise<void> {
    const { judged, workspace, task } = game;
    if (judged === null) return;
    try {
      const repository = await this.#app.services.repository();
      const at = clock().toISOString();
      if ((await repository.get('tasks', workspace, task.id)) === undefined)
        await repository.put('tasks', [taskRow(workspace, task, at)]);
      const row = rolloutRow({ workspace, run, condition: task.condition }, judged, at);
      await repository.put('runs', [this.#runRow(game, choice, run, at)]);
      await repository.put('rollouts', [row]);
      game.settle(row.id, null);
    } catch (error) {
      game.settle(null, error instanceof Error ? error.message : String(error));
    }
  }

  #runRow(game: Game, { seat, partner, limits }: PlayChoice, run: string, at: string): RunRow {
    const { judged, task, workspace, stopped } = game;
    const recipe = { play: { seat, partner } };
    const hasModel = partner !== null && isModelId(partner);
    return {
      ...{ workspace, id: run, kind: 'play', seed: run, trials: 1, total: 1, done: 1 },
      title: seat === 'agent' ? 'Played as the agent' : `Played as the user, served by ${game.partner}`,
      agents: judged === null ? [] : [judged.rollout.agent.id],
      tasks: [task.id],
      state: stopped ? 'cancelled' : 'finished',
      note: stopped ? 'Stopped in the middle: it counts neither as passed nor as failed.' : null,
      recipe: hasModel
        ? withModelPlan(recipe, { ...planOf(limits, this.#spent), user: seat === 'agent' ? partner : null })
        : recipe,
      ...{ createdAt: at, updatedAt: at, demo: this.#app.workspace.demo },
    };
  }
}

const planOf = (limits: RunLimits, spent: ModelPlan['spent']): ModelPlan => ({
  ...{ user: null, atOnce: 1, limits, spent },
});
