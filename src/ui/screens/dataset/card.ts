import type { SelectionRules } from '#core/dataset/index.ts';
import { conditionOrder, conditionWords } from '../../components/meaning.ts';
import { distinct } from '../../state/outcomes.ts';
import type { DatasetCandidate } from './candidates.ts';

/** What a card is made of. */
export interface CardInput {
  readonly name: string;
  /** Empty while nobody chose one. */
  readonly licence: string;
  readonly chosen: readonly DatasetCandidate[];
  readonly train: number;
  readonly validation: number;
  /** Exact duplicates that were left out; null while nobody looked for them. */
  readonly duplicates: number | null;
  readonly rules: SelectionRules;
  readonly seeds: readonly string[];
}

/** A dataset card in Markdown: what is inside, where it comes from, what it is not. */
export function datasetCard(input: CardInput): string {
  const { chosen, rules } = input;
  const agents = distinct(chosen.map(({ trial }) => `${trial.agent.title} (${trial.agent.kind})`));
  const scripted = chosen.filter(({ trial }) => trial.agent.kind === 'scripted').length;
  const domains = distinct(chosen.map(({ source }) => source.domain));
  const rows = conditionOrder.map(
    (condition) =>
      `| ${conditionWords[condition]} | ${chosen.filter((one) => one.condition === condition).length} |`,
  );
  return `# ${input.name}

Conversations of an agent with a simulated user in a simulated tool environment, one JSON object per line: \`messages\` and \`tools\` in OpenAI's chat format, \`metadata\` about where each comes from.

| Condition | Examples |
|---|---|
${rows.join('\n')}

- Examples: ${chosen.length} (train ${input.train}, validation ${input.validation}; split by source trajectory)
- Source trajectories: ${distinct(chosen.map(({ trajectory }) => trajectory)).length}
- Domains: ${domains.join(', ') || 'none'}
- Agents: ${agents.join(', ') || 'none'}
- Seeds: ${distinct(input.seeds).join(', ') || 'none'}
- Licence: ${input.licence || 'not chosen'}

## How it was chosen

- ${rules.onlyPassed ? 'Only rollouts whose end state passed.' : 'Rollouts that passed and that failed.'}
- ${rules.perTask === null ? 'Any number per task.' : `At most ${rules.perTask} per task.`}
- ${rules.perTrajectory === null ? 'Any number per source trajectory.' : `At most ${rules.perTrajectory} per source trajectory.`}
- ${duplicateWords(input.duplicates)}

## Limits

The users are typed programs whose wording comes from templates. ${
    scripted === chosen.length
      ? 'Every agent here is a scripted baseline, not a model: the examples show a behaviour, in template wording.'
      : `${scripted} of ${chosen.length} examples come from scripted baselines, not from models.`
  } People, orders and addresses are made up.
`;
}

function duplicateWords(duplicates: number | null): string {
  if (duplicates === null)
    return 'Exact duplicates are left out when it is exported; the counts above still have them.';
  if (duplicates === 0) return 'There were no exact duplicates.';
  return duplicates === 1
    ? 'One exact duplicate was left out.'
    : `${duplicates} exact duplicates were left out.`;
}
