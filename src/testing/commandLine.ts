import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedState } from '#core/environment/index.ts';
import { domains, findDomain } from '#domains/index.ts';
import type { Io } from '../headless/io.ts';
import { main } from '../headless/main.ts';
import { localIo } from './localIo.ts';

/** Makes four small tasks; add `--out`. */
export const GENERATE = [
  ...['generate', '--domain', 'library', '--count', 'general=2,ambiguous=1,infeasible=1'],
  ...['--seed', 'test', '--quiet'],
];

/** A reference action that the library answers with an error. */
export const lookUp = { name: 'find_member', arguments: { card: 'nobody', name: 'x' } };

/** A file of tau2's shape with one task of one action. */
export const tau2Tasks = (action: unknown) => [
  {
    id: '0',
    user_scenario: { instructions: 'Hello.' },
    initial_state: null,
    evaluation_criteria: { actions: [action] },
  },
];

/** A database of the library domain. */
export function libraryDatabase(seed: string) {
  const library = findDomain('library');
  if (library === undefined) throw new Error('there is no library domain');
  return seedState(library, seed, 12).toDatabase();
}

/**
 * The command line in this process, with a folder of its own that holds `db.json` (a library), `tasks.json` (tau2's
 * shape) and `tasks.jsonl` (ours).
 */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'headless-'));

  static async open(): Promise<CommandLine> {
    const line = new CommandLine();
    line.write('db.json', libraryDatabase('file'));
    line.write('tasks.json', tau2Tasks(lookUp));
    const made = await line.run([...GENERATE, '--out', line.file('tasks.jsonl')]);
    if (made.code !== 0) throw new Error(made.err);
    return line;
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file, as JSON unless it is text already, and returns its path. */
  write(name: string, content: unknown): string {
    writeFileSync(this.file(name), typeof content === 'string' ? content : JSON.stringify(content));
    return this.file(name);
  }

  /** The rows of a JSON Lines file. */
  rows(name: string): unknown[] {
    const text = readFileSync(this.file(name), 'utf8').trimEnd();
    return text.split('\n').map((line): unknown => JSON.parse(line));
  }

  /** Runs one command and returns what it wrote. */
  async run(
    words: readonly string[],
    more: Partial<Io> = {},
  ): Promise<{ code: number; out: string; err: string }> {
    const { io, written } = localIo(domains);
    const code = await main(words, { ...io, ...more });
    return { code, ...written };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
