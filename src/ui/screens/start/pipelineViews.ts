import type { Task } from '#core/certify/index.ts';
import type { TrainingExample } from '#core/dataset/index.ts';
import type { Outcome } from '#core/evaluate/index.ts';
import type { JudgedRollout } from '#core/pipeline/index.ts';
import { conditionOrder } from '../../components/meaning.ts';

/** One task per condition, from the matched set that covers most conditions and says it shortest. */
export function openings(tasks: readonly Task[]): readonly Task[] {
  const sets = new Map<string, Task[]>();
  for (const task of tasks) sets.set(task.provenance.set, [...(sets.get(task.provenance.set) ?? []), task]);
  const [best = []] = [...sets.values()].sort(
    (a, b) => conditionsIn(b) - conditionsIn(a) || words(a) - words(b),
  );
  return conditionOrder.flatMap((condition) => best.find((task) => task.condition === condition) ?? []);
}

function conditionsIn(tasks: readonly Task[]): number {
  return new Set(tasks.map((task) => task.condition)).size;
}

function words(tasks: readonly Task[]): number {
  return tasks.reduce((sum, task) => sum + task.program.openingText.length, 0);
}

/** What metrics need to know of each rollout. */
export function outcomes(judged: readonly JudgedRollout[], tasks: readonly Task[]): Outcome[] {
  const conditions = new Map(tasks.map((task) => [task.id, task.condition]));
  return judged.map(({ rollout, verdict }) => ({
    agent: rollout.agent.id,
    task: rollout.task,
    condition: conditions.get(rollout.task) ?? 'general',
    class: verdict.class,
    counts: verdict.counts,
  }));
}

/** One message of a training example, for a glance. */
export interface ExampleLine {
  readonly role: string;
  readonly text: string;
  readonly mono: boolean;
}

/** The messages of a training example, calls as calls. */
export function exampleLines(example: TrainingExample): readonly ExampleLine[] {
  return example.messages.map((message) => {
    const { role } = message;
    if ('tool_calls' in message) {
      const calls = message.tool_calls.map(({ function: f }) => `${f.name}(${f.arguments})`);
      return { role, text: calls.join('; '), mono: true };
    }
    return { role, text: message.content, mono: role === 'tool' };
  });
}

/**
 * The failure to look at first: one that wrote something wrong and whose cause was found, where another baseline
 * passed the same task.
 */
export function tellingFailure(judged: readonly JudgedRollout[]): JudgedRollout | undefined {
  const passed = new Set(
    judged.flatMap(({ rollout, verdict }) => (verdict.class === 'pass' ? [rollout.task] : [])),
  );
  const failures = judged.filter(({ verdict }) => verdict.class === 'fail');
  const told = failures
    .filter(({ verdict }) => verdict.diagnoses.length > 0)
    .toSorted((a, b) => Number(wroteWrong(b)) - Number(wroteWrong(a)));
  const guessed = told.filter(({ verdict }) => verdict.diagnoses[0]?.tag === 'guessed instead of asked');
  const contrast = (list: readonly JudgedRollout[]) => list.find(({ rollout }) => passed.has(rollout.task));
  return contrast(guessed) ?? contrast(told) ?? failures[0];
}

function wroteWrong({ verdict }: JudgedRollout): boolean {
  return verdict.lines.some((line) => line.verdict === 'wrong');
}
