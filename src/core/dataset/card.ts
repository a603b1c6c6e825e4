import { conditions } from '../transform/index.ts';
import type { DuplicateReport } from './duplicates.ts';
import type { ExampleMetadata } from './examples.ts';
import { parts, type Part, type SelectionRules, type SplitRules } from './select.ts';

/** What a card is made of. */
export interface CardInput {
  readonly name: string;
  /** An identifier of the Hub ("cc-by-4.0"), or any text. Empty while nobody chose one. */
  readonly licence: string;
  readonly examples: readonly { readonly part: Part; readonly metadata: ExampleMetadata }[];
  /** Preference pairs, if any are written. */
  readonly pairs: number;
  /** Formats with files of rows: what each is for, and its file per part. */
  readonly formats: readonly {
    readonly id: string;
    readonly title: string;
    readonly purpose: string;
    readonly files: readonly { readonly part: Part; readonly path: string }[];
  }[];
  readonly rules: SelectionRules;
  readonly split: SplitRules;
  readonly duplicates: DuplicateReport;
  /** Whether all but one of each near group were left out. */
  readonly withoutNear: boolean;
  /** Seeds of the runs that the rollouts come from. */
  readonly seeds: readonly string[];
  /** Digest of the recipe that makes the same files again from the same rollouts. */
  readonly recipe: string;
}

/** A dataset card of the Hugging Face Hub: its metadata as YAML, then what is inside, how it was made, what it is not. */
export function datasetCard(input: CardInput): string {
  return `---\n${frontMatter(input)}---\n\n${body(input)}`;
}

function frontMatter(input: CardInput): string {
  const lines = [
    `pretty_name: ${JSON.stringify(input.name)}`,
    ...licenceLines(input.licence.trim()),
    'language:',
    '- en',
    'task_categories:',
    '- text-generation',
    'tags:',
    '- tool-use',
    '- function-calling',
    '- synthetic',
    '- trajectory2task',
    'size_categories:',
    `- ${sizeCategory(input.examples.length)}`,
  ];
  if (input.formats.some(({ files }) => files.length > 0)) lines.push('configs:');
  for (const [i, { id, files }] of input.formats.entries()) {
    if (files.length === 0) continue;
    lines.push(`- config_name: ${id}`, ...(i === 0 ? ['  default: true'] : []), '  data_files:');
    for (const { part, path } of files) lines.push(`  - split: ${part}`, `    path: ${JSON.stringify(path)}`);
  }
  return `${lines.join('\n')}\n`;
}

// Identifiers are what the Hub lists; anything else is "other" with a name.
function licenceLines(licence: string): string[] {
  if (licence === '') return [];
  if (/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(licence)) return [`license: ${licence}`];
  return ['license: other', `license_name: ${JSON.stringify(licence)}`];
}

/** The Hub's names for sizes. */
function sizeCategory(n: number): string {
  if (n < 1_000) return 'n<1K';
  if (n < 10_000) return '1K<n<10K';
  return n < 100_000 ? '10K<n<100K' : '100K<n<1M';
}

function body(input: CardInput): string {
  const { examples, duplicates, rules, split } = input;
  const all = examples.map(({ metadata }) => metadata);
  const trajectories = distinct(all.map(({ database, trajectory }) => `${database}\n${trajectory}`)).length;
  return `# ${input.name}

Conversations of an agent with a simulated user in a simulated tool environment. Each was rolled out on a task that was made from a recorded trajectory of tool calls and checked by running it; whether it passed was decided by the end state of the database, by what was said, and by what must not be done.

${countTable(input)}

- Source trajectories: ${trajectories}
- Databases: ${listed(all.map(({ database }) => database))}
- Domains: ${tally(all.map(({ domain }) => domain))}
- Kinds: ${tally(all.flatMap(({ kinds }) => kinds))}
- Agents: ${tally(all.map(({ agent, agent_kind }) => `${agent} (${agentKind(agent_kind)})`))}
- Preference pairs: ${input.pairs}
- Licence: ${input.licence.trim() || 'not chosen'}

## Files

${input.formats.map(({ id, title, purpose }) => `- \`${id}\`: ${title}. ${purpose}`).join('\n') || 'No files of rows.'}

## How it was made

- Seeds of the runs: ${listed(input.seeds)}
- Recipe: \`${input.recipe}\` (\`recipe.json\` holds it)
- ${rules.onlyPassed ? 'Only rollouts that passed.' : 'Rollouts that passed and that failed; `reward` tells which.'}
- ${rules.perTask === null ? 'Any number of rollouts per task.' : `At most ${rules.perTask} per task.`}
- ${rules.perTrajectory === null ? 'Any number per source trajectory.' : `At most ${rules.perTrajectory} per source trajectory.`}
- Divided by ${split.by === 'database' ? 'database' : 'database and source trajectory'}, never by task (seed "${split.seed}", ${percent(split.validation)} validation, ${percent(split.test)} test): the tasks of one trajectory share a part.

## Repetition

- Equal conversations: ${count(duplicates.exact.length, 'group')}; one of each was kept.
- Nearly equal conversations (MinHash over four-word shingles, at least ${percent(duplicates.threshold)} in common; policy and tool results not compared): ${count(duplicates.near.length, 'pair')} in ${count(duplicates.groups.length, 'group')}; ${input.withoutNear ? 'one of each group was kept' : 'all were kept'}.
- Near or equal pairs across parts: ${duplicates.across}.

## Limits

- The users are typed programs; their wording comes from templates.
- ${scriptedLine(all)}
- People, records and addresses are made up.
- A conversation ends with the last turn of the assistant; what came after it is not here.
`;
}

function countTable({ examples }: CardInput): string {
  const cell = (condition: string, part: Part) =>
    examples.filter((one) => one.metadata.condition === condition && one.part === part).length;
  const total = (part: Part) => examples.filter((one) => one.part === part).length;
  const row = (name: string, numbers: readonly number[]) =>
    `| ${[name, ...numbers, numbers.reduce((sum, n) => sum + n, 0)].join(' | ')} |`;
  return [
    `| Condition | ${parts.join(' | ')} | all |`,
    '|---|---|---|---|---|',
    ...conditions.map((condition) =>
      row(
        condition,
        parts.map((part) => cell(condition, part)),
      ),
    ),
    row('all', parts.map(total)),
  ].join('\n');
}

function scriptedLine(all: readonly ExampleMetadata[]): string {
  const scripted = all.filter(({ agent_kind }) => agent_kind === 'scripted').length;
  if (scripted === 0) return 'The wording of the agents is that of models or people.';
  return scripted === all.length
    ? 'Every agent here is a scripted baseline, not a model: the examples show a behaviour, in template wording.'
    : `${scripted} of ${all.length} examples come from scripted baselines, not from models.`;
}

const agentKind = (kind: string) => (kind === 'scripted' ? 'scripted baseline' : kind);
const distinct = (values: readonly string[]) => [...new Set(values)];
const listed = (values: readonly string[]) => distinct(values).join(', ') || 'none';
const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Each value with how often it occurs, most frequent first. */
function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return (
    [...counts]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([value, n]) => `${value} ${n}`)
      .join(', ') || 'none'
  );
}
