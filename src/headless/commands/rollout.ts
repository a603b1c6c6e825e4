import { InputError } from '#core/environment/index.ts';
import { matrix, type Cell, type Outcome } from '#core/evaluate/index.ts';
import { rolloutTasks, type JudgedRollout } from '#core/pipeline/index.ts';
import { baselines } from '#core/rollout/index.ts';
import { chosenWorkers, withPool, workersOption, type Command } from '../command.ts';
import { TaskDatabases, type OpenDatabase } from '../databases.ts';
import { chosenModels, isModel, modelHelp, modelOptions } from '../models.ts';
import { Progress } from '../progress.ts';
import { pretty, writing } from '../sink.ts';
import { readTasks, type FileTask } from '../tasks.ts';

/** Rollouts per job. The result does not depend on it. */
const CHUNK = 8;

/** Lets agents serve tasks. */
export const rollout: Command = {
  summary: 'let agents serve tasks and judge what they did',
  description: `Writes one rollout per line with its verdict, and prints the matrix of agents and conditions as JSON. Tasks that
were made on a database file need that file: --db, or a file of its name beside the tasks or here.
Scripted baselines: ${baselines.map(({ identity }) => identity.id).join(', ')}.
${modelHelp}`,
  options: {
    tasks: { value: 'FILE', help: 'tasks as JSON Lines, as `generate` writes them', required: true },
    agents: { value: 'LIST', help: 'agents, separated by commas', required: true },
    trials: { value: 'K', help: 'times each agent serves each task', fallback: '1' },
    seed: { value: 'S', help: 'any text', fallback: '1' },
    db: { value: 'FILE', help: 'the database file that the tasks were made on' },
    out: { value: 'FILE', help: 'the file to write', required: true },
    ...modelOptions,
    ...workersOption,
  },
  async run(options, io) {
    const agents = chosenAgents(options.list('agents'));
    const [trials, seed, workers] = [
      options.count('trials', 1, 1000),
      options.text('seed'),
      chosenWorkers(options, io),
    ];
    const models = chosenModels(options, io, agents);
    const [path, out] = [options.text('tasks'), options.text('out')];
    const databases = new TaskDatabases(io, options.optional('db'), path);
    const tasks: FileTask[] = [];
    const needed = new Set<OpenDatabase>();
    for await (const { task, where } of readTasks(path)) {
      tasks.push(task);
      needed.add(databases.open(task.database, where));
    }
    const progress = new Progress(io, options.has('quiet'));
    const started = io.now();
    const outcomes = await writing(io, out, (write) =>
      withPool(io, workers, async (pool) => {
        const runner = models?.route(pool) ?? pool;
        for (const { load } of needed) if (load !== undefined) await runner.run(load, io.signal);
        const parallel = models === undefined ? workers : options.count('at-once', 1, 1000);
        // A model's rollout takes long enough to be a job of its own.
        const input = { tasks, agents, trials, seed, parallel, chunk: models === undefined ? CHUNK : 1 };
        const conditionOf = new Map(tasks.map(({ id, condition }) => [id, condition]));
        return rolloutTasks(runner, input, io.signal, async (judged, done, total) => {
          for (const one of judged)
            await write(`${JSON.stringify(row(one, conditionOf.get(one.rollout.task) ?? ''))}\n`);
          progress.tell(`${done} of ${total} rollouts`);
        });
      }),
    );
    const cells = matrix(outcomes).map(cellRow);
    await io.out(
      pretty({
        out,
        rollouts: outcomes.length,
        seconds: (io.now() - started) / 1000,
        ...(models === undefined ? {} : { spent: models.spent() }),
        matrix: cells,
      }),
    );
  },
};

/** A rollout as a line of a file: what is asked for most first, then the whole record. */
function row({ rollout: run, verdict }: JudgedRollout, condition: string) {
  return {
    task_id: run.task,
    agent: run.agent.id,
    trial: run.trial,
    condition,
    reward: verdict.reward,
    termination_reason: run.termination,
    rollout: run,
    verdict,
  };
}

function chosenAgents(names: readonly string[]): string[] {
  const known = baselines.map(({ identity }) => identity.id);
  const unknown = names.filter((name) => !known.includes(name) && !isModel(name));
  if (unknown.length > 0)
    throw new InputError(
      '--agents',
      `there is no agent '${unknown.join("', '")}'.`,
      `Expected some of ${known.join(', ')}, or provider/model.`,
    );
  return [...names];
}

/** A cell of the matrix as printed. `n` is the number of tasks, which is what the interval is about. */
export function cellRow(cell: Cell) {
  return {
    agent: cell.agent,
    condition: cell.condition,
    n: cell.tasks,
    trials: cell.trials,
    passed: cell.passed,
    pass_hat: cell.passHat,
    pass_at: cell.passAt,
    interval_95: cell.interval,
    errors: cell.errors,
    invalid: cell.invalid,
  };
}

/** The matrix of outcomes as text: agents down, conditions across, pass^1 in each cell. */
export function matrixTable(outcomes: readonly Outcome[]): string {
  const cells = matrix(outcomes);
  const across = [...new Set(cells.map(({ condition }) => condition))];
  const down = [...new Set(cells.map(({ agent }) => agent))];
  const width = Math.max(...down.map((agent) => agent.length), 5);
  const lines = down.map((agent) => {
    const shares = across.map((condition) => {
      const cell = cells.find((other) => other.agent === agent && other.condition === condition);
      return (cell?.passHat[0]?.toFixed(3) ?? '-').padStart(11);
    });
    return `${agent.padEnd(width)}${shares.join('')}\n`;
  });
  return `${'agent'.padEnd(width)}${across.map((name) => name.padStart(11)).join('')}\n${lines.join('')}`;
}
