import { expect, it } from 'vitest';
import { parseDatabase, State } from '#core/environment/index.ts';
import { airline } from '#domains/airline/index.ts';
import { recordedRuns, tau2Criteria } from '#core/interchange/index.ts';
import { explainDifference, judgeTau2 } from '#core/review/index.ts';
import { describeReference, readReference } from './reference.ts';

describeReference('airline', 'the recorded rollouts of gpt-4o', () => {
  const initial = State.of(parseDatabase(airline, readReference('airline', 'db.json'), 'db.json'));
  const { runs, tasks } = recordedRuns(
    readReference('airline', 'gpt-4o-rollouts.json'),
    'gpt-4o-rollouts.json',
    airline.transferTool === undefined ? [] : [airline.transferTool.name],
  );
  const criteriaOf = tau2Criteria(tasks, 'gpt-4o-rollouts.json');

  function gradeAll() {
    return runs.map((run) => {
      const criteria = criteriaOf.get(run.task_id);
      if (criteria === undefined) throw new Error(`task ${run.task_id} carries no criteria`);
      const verdict = judgeTau2(airline, initial, criteria, run);
      const difference = explainDifference(airline, initial, criteria, run, verdict);
      return { run, reward: verdict.reward, difference };
    });
  }

  it('earn the reward that was recorded, all of them', () => {
    const graded = gradeAll();
    expect(graded).toHaveLength(100);
    expect(graded.filter(({ run, reward }) => reward !== run.recorded)).toEqual([]);
    expect(graded.filter(({ difference }) => difference !== null)).toEqual([]);
    expect(graded.filter(({ reward }) => reward === 1)).toHaveLength(43);
  });

  it('are graded fast', () => {
    const started = performance.now();
    expect(gradeAll()).toHaveLength(100);
    console.info(`100 rollouts graded in ${Math.round(performance.now() - started)} ms`);
  });

  it('with another reward in the file, come with a reason that names rows and answers', () => {
    const explained = runs.flatMap((run) => {
      const criteria = criteriaOf.get(run.task_id);
      if (criteria === undefined || run.recorded === null) return [];
      const other = { ...run, recorded: 1 - run.recorded };
      return (
        explainDifference(airline, initial, criteria, other, judgeTau2(airline, initial, criteria, other)) ??
        []
      );
    });
    expect(explained).toHaveLength(100);
    expect(
      explained.filter((text) => text.startsWith('Recorded 0, computed 1: every component holds')),
    ).toHaveLength(43);
    expect(explained.find((text) => text.includes('Z7GOZK'))).toMatch(
      /^Recorded 1, computed 0: DB does not hold: reservations Z7GOZK payment_history is .* status is null instead of cancelled; every recorded answer agrees/,
    );
    // tau-bench left the cabin of a reservation as it was when flights were updated; tau2-bench sets it.
    expect(explained.filter((text) => text.includes('was answered with cabin'))).not.toEqual([]);
  });
});
