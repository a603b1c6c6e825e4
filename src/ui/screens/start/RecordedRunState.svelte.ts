import type { Condition } from '#core/transform/task.ts';
import { conditionOrder } from '../../components/meaning.ts';
import type { Recording } from '../../state/recording.ts';
import { played, type Played } from './scenes.ts';

const SCENE_MS = 1700;

/** Plays one of the recorded rollouts, scene by scene. */
export class RecordedRunState {
  readonly #recording: Recording;
  /** Without motion everything is shown at once, and the play button replays on request. */
  readonly #still: boolean;
  #condition = $state<Condition>('general');
  #scene = $state(0);
  #playing = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly run = $derived.by(() => this.#run());

  constructor(recording: Recording, still: boolean) {
    this.#recording = recording;
    this.#still = still;
  }

  get condition(): Condition {
    return this.#condition;
  }
  get playing(): boolean {
    return this.#playing;
  }
  /** How many scenes are shown. */
  get shown(): number {
    return this.#scene + 1;
  }
  get ended(): boolean {
    return this.#scene >= this.#last;
  }
  /** The conditions that there is a recorded rollout for. */
  get conditions(): readonly Condition[] {
    return conditionOrder.filter((condition) => played(this.#recording, condition) !== undefined);
  }

  /** Begins by itself, unless the person asked for no motion. */
  begin(): void {
    if (this.#still) this.#scene = this.#last;
    else this.play();
  }

  choose(condition: Condition): void {
    this.#condition = condition;
    this.#scene = 0;
    this.stop();
    this.begin();
  }

  /** Goes on; from the end, starts over. */
  play(): void {
    if (this.ended) this.#scene = 0;
    this.#playing = true;
    this.#schedule();
  }

  pause(): void {
    this.stop();
  }

  stop(): void {
    this.#playing = false;
    clearTimeout(this.#timer);
  }

  get #last(): number {
    return (this.run?.scenes.length ?? 1) - 1;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#scene += 1;
      if (this.ended) this.#playing = false;
      else this.#schedule();
    }, SCENE_MS);
  }

  #run(): Played | undefined {
    return played(this.#recording, this.#condition);
  }
}
