import { writeFile } from 'node:fs/promises';
import { InputError } from '#core/environment/index.ts';
import { reviewMarkdown, reviewTau2Tasks, summarizeReview, type Review } from '#core/review/index.ts';
import { chosenDomain, domainOption, type Command } from '../command.ts';
import { fromFile } from '../databases.ts';
import { readJson } from '../files.ts';
import { Progress } from '../progress.ts';
import { ArrayWriter, pretty, writing } from '../sink.ts';

/** Reviews the tasks of a benchmark. */
export const check: Command = {
  summary: 'review the tasks of a benchmark: what they reward by mistake, and what is wrong with them',
  description: `Prints a JSON object {tasks: [{task_id, findings: [{check, severity, message}], passed_by}], summary}.
Every check of a certificate that applies to a task of others is run on it; passed_by lists which of null,
always-transfer and always-refuse get its reward. Reads tau2 task files (a JSON array).`,
  options: {
    ...domainOption('retail'),
    db: { value: 'FILE', help: 'database as JSON or TOML', required: true },
    'user-db': {
      value: 'FILE',
      help: "the user's side of the database; user_db.toml or user_db.json beside --db when absent",
    },
    tasks: { value: 'FILE', help: 'the tasks', required: true },
    out: { value: 'FILE', help: 'write the object to this file' },
    markdown: { value: 'FILE', help: 'write the review as Markdown to this file as well' },
  },
  async run(options, io) {
    const domain = chosenDomain(options, io);
    const path = options.text('tasks');
    const tasks = readJson(path);
    if (!Array.isArray(tasks))
      throw new InputError(path, 'expected a list of tau2 tasks (a JSON array).', 'Is this a tasks.json?');
    if (tasks.length === 0) throw new InputError(path, 'there is no task in this file.');
    const database = fromFile(domain, options.text('db'), options.optional('user-db'));
    const [out, markdown] = [options.optional('out'), options.optional('markdown')];
    const progress = new Progress(io, options.has('quiet'));
    const input = { domain, state: database.state(), database: database.ref, name: path, tasks, first: 0 };
    const reviews: Review[] = [];
    await writing(io, out, async (write) => {
      await write('{"tasks":\n');
      const list = new ArrayWriter(write);
      for await (const review of reviewTau2Tasks(input, io.signal)) {
        reviews.push(review);
        await list.add(review);
        progress.tell(`${reviews.length} of ${tasks.length} tasks reviewed`);
      }
      await list.end();
      await write(`,"summary": ${pretty(summarizeReview(reviews))}}\n`);
    });
    if (markdown !== undefined) await writeFile(markdown, reviewMarkdown(path, reviews));
    if (out !== undefined) await io.out(pretty({ out, ...summarizeReview(reviews) }));
  },
};
