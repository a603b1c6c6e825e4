import { applyCall, prepare, sameJson, type Domain, type State } from '#core/environment/index.ts';
import { judge, type Verdict } from '#core/evaluate/index.ts';
import type { JudgedRollout } from '#core/pipeline/index.ts';
import { observe, type RolloutEvent } from '#core/rollout/index.ts';
import type { FileTask } from './tasks.ts';

/** A rollout of ours, judged again. */
export interface Rejudged {
  readonly verdict: Verdict;
  /** Indices of tool results that the environment answers in another way than recorded. */
  readonly differs: readonly number[];
}

/** Runs the recorded calls on a fresh state, and judges by what they do now instead of what was recorded. */
export function rejudge(
  domain: Domain,
  database: State,
  task: FileTask,
  { rollout }: JudgedRollout,
): Rejudged {
  let state = prepare(domain, database, task.initialization);
  const differs: number[] = [];
  const events = rollout.events.map((event): RolloutEvent => {
    if (event.type !== 'tool-result') return event;
    const source = rollout.events[event.call];
    if (source?.type !== 'tool-call') return event;
    const { call } = source;
    const outcome = applyCall(domain, state, call);
    const observed = observe(domain, state, call, outcome);
    state = outcome.state;
    const { ok, content, changed } = observed;
    if (ok !== event.ok || content !== event.content || !sameJson(changed, event.changed))
      differs.push(event.index);
    return { ...event, ...observed };
  });
  return { verdict: judge(domain, database, task, { ...rollout, events }), differs };
}

/** Why a verdict is not the recorded one: the checks that are not met now, or that were not then. */
export function verdictDifference(
  now: Verdict,
  recorded: Verdict,
  differs: readonly number[],
): string | null {
  if (now.reward === null || recorded.reward === null || now.reward === recorded.reward) return null;
  const unmet = ({ components }: Verdict) =>
    components.flatMap(({ basis, checks }) =>
      checks.filter(({ met }) => !met).map(({ text }) => `${basis}: ${text}`),
    );
  const parts = [
    ...unmet(now).map((text) => `now ${text}`),
    ...unmet(recorded).map((text) => `then ${text}`),
    ...(differs.length === 0 ? [] : [`results ${differs.join(', ')} are other than recorded`]),
  ];
  return `Recorded ${recorded.reward}, computed ${now.reward}. ${parts.join(' ')}`;
}
