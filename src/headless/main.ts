import { InputError } from '#core/environment/index.ts';
import { optionHelp, parseOptions } from './args.ts';
import { commonOptions, type Command } from './command.ts';
import { bench } from './commands/bench.ts';
import { check } from './commands/check.ts';
import { exportFiles } from './commands/export.ts';
import { explore } from './commands/explore.ts';
import { generate } from './commands/generate.ts';
import { grade } from './commands/grade.ts';
import { replay } from './commands/replay.ts';
import { rollout } from './commands/rollout.ts';
import type { Io } from './io.ts';

const commands: Readonly<Record<string, Command>> = {
  replay,
  grade,
  check,
  explore,
  generate,
  rollout,
  export: exportFiles,
  bench,
};
const RUN = 'npm run --silent headless --';

/** Exit codes: everything is well, a fault of the program, bad input, interrupted. */
const exit = { ok: 0, fault: 1, input: 2, interrupted: 130 } as const;

/** Runs one command line and returns the exit code. What went wrong is one line on standard error. */
export async function main(words: readonly string[], io: Io): Promise<number> {
  try {
    await run(words, io);
    return exit.ok;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
    if (io.signal?.aborted) {
      io.err('Interrupted.\n');
      return exit.interrupted;
    }
    const isInput = error instanceof InputError;
    io.err(isInput ? `${message}\n` : `This is a fault of the program, not of its input: ${message}\n`);
    return isInput ? exit.input : exit.fault;
  }
}

async function run([name = 'help', ...words]: readonly string[], io: Io): Promise<void> {
  if (['help', '--help', '-h'].includes(name)) {
    await io.out(usage());
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new InputError(
      'command line',
      `there is no command '${name}'.`,
      `Expected one of ${Object.keys(commands).join(', ')}.`,
    );
  const specs = { ...command.options, ...commonOptions };
  const options = parseOptions(words, specs);
  if (options.has('help'))
    await io.out(
      `Usage: ${RUN} ${name} [options]\n\n${command.description}\n\nOptions:\n${optionHelp(specs)}`,
    );
  else await command.run(options, io);
}

function usage(): string {
  const names = Object.keys(commands);
  const width = Math.max(...names.map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`,
  );
  return `Usage: ${RUN} <command> [options]\n\nCommands:\n${lines.join('')}\nEach takes --help.\n`;
}
