import { InputError, type CallOutcome, type ToolCall } from '#core/environment/index.ts';
import { parseTau2Tasks, replayCalls, tau2Calls, type Tau2Task } from '#core/interchange/index.ts';
import { callsOf } from '#core/transform/index.ts';
import { chosenDomain, domainOption, type Command } from '../command.ts';
import { fromFile, TaskDatabases, type OpenDatabase } from '../databases.ts';
import { isOneDocument, readJson } from '../files.ts';
import { renderInOrder } from '../keyOrder.ts';
import { ArrayWriter, pretty, writing } from '../sink.ts';
import { isTau2Task, readTasks } from '../tasks.ts';

interface Piece {
  readonly id: string;
  readonly calls: readonly ToolCall[];
  readonly database: OpenDatabase;
}

/** Replays reference actions and shows what each answered and what changed. */
export const replay: Command = {
  summary: 'run the reference actions of tasks and show what they answer and change',
  description: `Prints a JSON array with one entry per task:
  {task_id, steps: [{name, arguments, error, content}], changed: {table: {id: row afterwards}}}
Reads tau2 task files (a JSON array) and task files of our own (JSON Lines).`,
  options: {
    ...domainOption('retail'),
    db: { value: 'FILE', help: 'database as JSON; needed for tau2 tasks' },
    tasks: { value: 'FILE', help: 'tasks', required: true },
    out: { value: 'FILE', help: 'write the array to this file' },
  },
  async run(options, io) {
    const domain = chosenDomain(options, io);
    const [path, db, out] = [options.text('tasks'), options.optional('db'), options.optional('out')];
    const isTau2 = await isOneDocument(path, isTau2Task);
    const pieces = isTau2 ? tau2Pieces() : ownPieces();
    let [tasks, errors] = [0, 0];
    await writing(io, out, async (write) => {
      const list = new ArrayWriter(write);
      for await (const { id, calls, database } of pieces) {
        const render = (outcome: CallOutcome) => renderInOrder(database.domain, outcome, database.keyOrder());
        const result = replayCalls(database.domain, database.state(), id, calls, render);
        tasks += 1;
        errors += result.steps.filter((step) => step.error).length;
        await list.add(result);
      }
      await list.end();
    });
    if (out !== undefined) await io.out(pretty({ tasks, errors, out }));

    function* tau2Pieces(): Generator<Piece> {
      const read = parseTau2Tasks(domain, readJson(path), path);
      if (read.length === 0) throw new InputError(path, 'there is no task in this file.');
      if (db === undefined)
        throw new InputError('--db', 'tau2 tasks need a database file, and none is named.');
      const database = fromFile(domain, db);
      for (const task of read) {
        refuseInitialState(task, path);
        yield { id: task.id, calls: tau2Calls(task), database };
      }
    }

    async function* ownPieces(): AsyncGenerator<Piece> {
      const databases = new TaskDatabases(io, db, path);
      for await (const { task, where } of readTasks(path)) {
        const database = databases.open(task.database, where);
        const calls = callsOf(task.criteria.reference);
        for (const call of calls)
          if (database.domain.tool(call.name) === undefined)
            throw new InputError(where, `the ${database.domain.title} domain has no tool '${call.name}'.`);
        yield { id: task.id, calls, database };
      }
    }
  },
};

/** A task that starts from a state of its own cannot be replayed on the database alone. */
export function refuseInitialState(task: Tau2Task, path: string): void {
  const state = task.initial_state;
  if (typeof state !== 'object' || state === null) return;
  const changes = Object.entries(state).filter(([key, value]) => key !== 'message_history' && value !== null);
  if (changes.length > 0)
    throw new InputError(
      path,
      `task ${task.id} changes the database before it starts (${changes.map(([key]) => key).join(', ')}), which is not supported.`,
    );
}
