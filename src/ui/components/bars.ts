/** One bar: its length between 0 and 1, and what it says. */
export interface Bar {
  readonly share: number;
  readonly text: string;
  /** The rest of the sentence, for a tooltip and for screen readers. */
  readonly detail?: string;
  readonly href?: string;
}

/** A row of bars, by column; what has no bar has nothing to say. */
export interface BarRow {
  readonly id: string;
  readonly label: string;
  readonly bars: Readonly<Record<string, Bar | undefined>>;
}
