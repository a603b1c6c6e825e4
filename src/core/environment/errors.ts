/**
 * A tool refused a call. It is data, not a bug: the agent sees the message and the database stays as it was.
 * Thrown by a tool's `execute`, caught by {@link applyCall}.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  /** What the tool had written by then stays, for tools that follow another implementation which fails halfway. */
  readonly keepsChanges: boolean;

  constructor(message: string, { keepsChanges = false }: { keepsChanges?: boolean } = {}) {
    // A refusal is an answer and certificates ask for thousands of them. Collecting where it was thrown, which
    // nobody reads, costs more than the call; engines without this limit have none of that cost to save.
    const engine: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;
    const limit = engine.stackTraceLimit;
    engine.stackTraceLimit = 0;
    super(message);
    engine.stackTraceLimit = limit;
    this.keepsChanges = keepsChanges;
  }
}

/**
 * Input from outside (a file, a link, a stored row, a command line) is not what was expected.
 * The message says where, what was expected, and what to do next; nothing was changed.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** The file, table or field at fault. */
  readonly where: string;

  constructor(where: string, expectation: string, next?: string) {
    super(`${where}: ${expectation}${next === undefined ? '' : ` ${next}`}`);
    this.where = where;
  }
}
