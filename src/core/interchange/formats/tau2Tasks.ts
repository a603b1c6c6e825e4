import { databaseName, parts, toolDefinitions } from '../../dataset/index.ts';
import { canonicalJson, pythonJson, type DatabaseRef, type Json } from '../../environment/index.ts';
import type { TaskDraft } from '../../transform/index.ts';
import { toTau2Task } from '../tau2Write/task.ts';
import type { ExportFile, ExportFormat, ExportInput } from './format.ts';

/** Task folders of tau2-bench: one per domain and database, to be named as its data folder. */
export const tau2Tasks: ExportFormat = {
  id: 'tau2',
  title: 'tau2-bench tasks',
  purpose:
    'For tau2-bench: set TAU2_DATA_DIR to tau2/data; the domain and its tools have to exist there as Python.',
  of: 'tasks',
  files(input) {
    const files = taskFolders(input).flatMap(({ folder, ref, tasks }) =>
      folderFiles(input, `tau2/data/tau2/domains/${folder}`, ref, tasks),
    );
    return files.length === 0 ? [] : [...files, { path: 'tau2/README.md', content: readMe(input) }];
  },
};

/** Tasks by their database, with the name of the folder that they share: the domain's, numbered from the second on. */
export function taskFolders({ tasks }: Pick<ExportInput, 'tasks'>) {
  const groups = new Map<string, { ref: DatabaseRef; domain: string; tasks: TaskDraft[] }>();
  for (const task of tasks) {
    const key = canonicalJson(task.database);
    const group = groups.get(key) ?? { ref: task.database, domain: task.domain, tasks: [] };
    group.tasks.push(task);
    groups.set(key, group);
  }
  const seen = new Map<string, number>();
  return [...groups.values()].map(({ ref, domain, tasks: own }) => {
    const n = (seen.get(domain) ?? 0) + 1;
    seen.set(domain, n);
    return { folder: n === 1 ? domain : `${domain}-${n}`, ref, domain, tasks: own };
  });
}

function folderFiles(
  input: ExportInput,
  path: string,
  ref: DatabaseRef,
  tasks: readonly TaskDraft[],
): ExportFile[] {
  const domain = input.domainOf(ref);
  const initial = input.stateOf(ref);
  const python = (value: Json) => pythonJson(value, domain.decimalFields);
  const written = tasks.map((task) => python(toTau2Task(domain, initial, task)));
  const split = {
    base: tasks.map(({ id }) => id),
    ...Object.fromEntries(
      parts.flatMap((part) => {
        const own = tasks.filter((task) => input.partOf(task) === part).map(({ id }) => id);
        return own.length === 0 ? [] : [[part, own]];
      }),
    ),
  };
  return [
    { path: `${path}/tasks.json`, content: `[\n${written.join(',\n')}\n]\n` },
    { path: `${path}/split_tasks.json`, content: `${JSON.stringify(split, null, 2)}\n` },
    { path: `${path}/db.json`, content: `${python(initial.toDatabase())}\n` },
    { path: `${path}/policy.md`, content: domain.policy },
    { path: `${path}/tools.json`, content: `${JSON.stringify(toolDefinitions(domain), null, 2)}\n` },
  ];
}

function readMe(input: ExportInput): string {
  const rows = taskFolders(input).map(
    ({ folder, ref, tasks }) => `| \`${folder}\` | ${databaseName(ref)} | ${tasks.length} |`,
  );
  return `# Tasks for tau2-bench

| Folder | Database | Tasks |
|---|---|---|
${rows.join('\n')}

Each folder below \`data/tau2/domains\` has \`tasks.json\`, \`split_tasks.json\` (\`base\` is all of them), \`db.json\` and \`policy.md\` as tau2-bench expects them, and \`tools.json\`, the tools as function definitions.

\`\`\`
export TAU2_DATA_DIR="$PWD/data"
tau2 run --domain DOMAIN --task-split-name base --agent-llm MODEL --user-llm MODEL
\`\`\`

tau2-bench needs the domain's tools in Python: it has them for retail, airline and telecom. A folder with a number after its name holds another database of the same domain: copy its files over the first to use it.

## What is different there

- The user is played by a model that is given the whole story at once. Here a program tells only what was asked for.
- A request that has to end with a hand-over is checked by the name of the transfer tool (\`ACTION\`), one that has to be refused by an assertion that a model judges (\`NL_ASSERTION\`) and by the records that have to be read first (\`ACTION\`).
- \`trajectory2task\` in a task holds the original task, which the playground reads back. tau2-bench ignores it.
- \`description.notes\` names what tau2-bench cannot check.
`;
}
