import {
  InputError,
  prepare,
  type Assertion,
  type CallOutcome,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';
import {
  parseTau2Tasks,
  replayCalls,
  tau2Assertions,
  tau2Calls,
  tau2State,
  unknownTool,
} from '#core/interchange/index.ts';
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
  /** The state in which the task begins. */
  readonly state: State;
  readonly assertions: readonly Assertion[];
  /** Why its calls cannot be what was meant; absent where they can. */
  readonly problem?: string;
}

/** Replays reference actions and shows what each answered and what changed. */
export const replay: Command = {
  summary: 'run the reference actions of tasks and show what they answer and change',
  description: `Prints a JSON array with one entry per task:
  {task_id, steps: [{name, arguments, error, content}], changed: {table: {id: row afterwards}}}
Where users have tools of their own, a step also has its requestor, and an entry has env_assertions_met and what the
domain reports of the end state (telecom: user_db, agent_lines).
A task that names a tool that the domain has not is shown with its problem.
Reads tau2 task files (a JSON array) and task files of our own (JSON Lines).`,
  options: {
    ...domainOption('retail'),
    db: { value: 'FILE', help: 'database as JSON or TOML; needed for tau2 tasks' },
    'user-db': {
      value: 'FILE',
      help: "the user's side of the database; user_db.toml or user_db.json beside --db when absent",
    },
    tasks: { value: 'FILE', help: 'tasks', required: true },
    out: { value: 'FILE', help: 'write the array to this file' },
  },
  async run(options, io) {
    const domain = chosenDomain(options, io);
    const [path, db, out] = [options.text('tasks'), options.optional('db'), options.optional('out')];
    const isTau2 = await isOneDocument(path, isTau2Task);
    const pieces = isTau2 ? tau2Pieces() : ownPieces();
    let [tasks, errors, problems] = [0, 0, 0];
    await writing(io, out, async (write) => {
      const list = new ArrayWriter(write);
      for await (const { id, calls, database, state, assertions, problem } of pieces) {
        const render = (outcome: CallOutcome) => renderInOrder(database.domain, outcome, database.keyOrder());
        const result = replayCalls(database.domain, state, id, calls, render, assertions);
        tasks += 1;
        errors += result.steps.filter((step) => step.error).length;
        problems += Number(problem !== undefined);
        await list.add(problem === undefined ? result : { ...result, problem });
      }
      await list.end();
    });
    if (out !== undefined) await io.out(pretty({ tasks, errors, problems, out }));

    function* tau2Pieces(): Generator<Piece> {
      const read = parseTau2Tasks(domain, readJson(path), path);
      if (read.length === 0) throw new InputError(path, 'there is no task in this file.');
      if (db === undefined)
        throw new InputError('--db', 'tau2 tasks need a database file, and none is named.');
      const database = fromFile(domain, db, options.optional('user-db'));
      for (const task of read) {
        const state = tau2State(domain, database.state(), task, path);
        const unknown = unknownTool(domain, task);
        yield {
          ...{ id: task.id, calls: tau2Calls(task), database, state, assertions: tau2Assertions(task) },
          ...(unknown === null ? {} : { problem: `the ${domain.title} domain has no tool '${unknown}'.` }),
        };
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
        const state = prepare(database.domain, database.state(), task.initialization);
        yield { id: task.id, calls, database, state, assertions: task.criteria.assertions ?? [] };
      }
    }
  },
};
