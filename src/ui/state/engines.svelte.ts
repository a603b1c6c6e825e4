import { modelName } from './modelId.ts';

/** Names that fit into the top bar. */
const MOST_NAMES = 2;

/** What would serve tasks now, for the top bar: scripted baselines alone, or models too. */
export class Engines {
  #expected = $state.raw(0);
  #offered = $state.raw<() => number>(() => this.#expected);
  #chosen = $state.raw<readonly string[]>([]);

  /** How many models were set up before; holds until {@link offer} knows better. */
  expect(count: number): void {
    this.#expected = count;
  }

  /** @param offered how many models Roll out offers; read wherever it is shown */
  offer(offered: () => number): void {
    this.#offered = offered;
  }

  /**
   * Ids of the models that the next run would use: values, as the screen that knows them goes before the top bar.
   * @returns the function that ends it
   */
  choose(chosen: readonly string[]): () => void {
    this.#chosen = chosen;
    return () => {
      if (this.#chosen === chosen) this.#chosen = [];
    };
  }

  /** @param atWork ids of the models of the run at work */
  words(atWork: readonly string[]): string {
    if (atWork.length > 0) return `At work: ${names(atWork)}`;
    if (this.#chosen.length > 0) return `Chosen: ${names(this.#chosen)}`;
    const offered = this.#offered();
    if (offered > 0) return `Scripted baselines · ${offered} ${offered === 1 ? 'model' : 'models'} set up`;
    return 'Scripted baselines · no model needed';
  }
}

function names(ids: readonly string[]): string {
  const all = [...new Set(ids)];
  return all.length > MOST_NAMES ? `${all.length} models` : all.map(modelName).join(', ');
}
