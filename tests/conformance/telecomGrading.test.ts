/** Rollouts of a domain with dual control, judged by their own rules. */
import { expect, it } from 'vitest';
import { parseDatabase, requestorOf, State, type Json } from '#core/environment/index.ts';
import {
  joinSides,
  parseTau2Tasks,
  recordedRuns,
  tau2Calls,
  tau2Criteria,
  type Tau2Task,
} from '#core/interchange/index.ts';
import { explainDifference, judgeTau2 } from '#core/review/index.ts';
import { telecom } from '#domains/telecom/index.ts';
import { describeReference, readReference } from './reference.ts';

describeReference('telecom', 'rollouts that do what the reference does', () => {
  const database = joinSides(
    { path: 'db.toml', value: readReference('telecom', 'db.toml') as Json },
    { path: 'user_db.toml', value: readReference('telecom', 'user_db.toml') as Json },
  );
  const initial = State.of(parseDatabase(telecom, database, 'db.toml'));
  const source = readReference('telecom', 'tasks.json');
  const tasks = parseTau2Tasks(telecom, source, 'tasks.json');
  const criteriaOf = tau2Criteria(source, 'tasks.json');

  const results = (callsOf: (task: Tau2Task) => ReturnType<typeof tau2Calls>) =>
    recordedRuns(
      {
        simulations: tasks.map((task) => ({
          ...{ task_id: task.id, trial: 0, termination_reason: 'user_stop', reward_info: { reward: 1 } },
          messages: callsOf(task).map((call) => ({
            role: requestorOf(call),
            content: null,
            tool_calls: [
              { id: 'x', name: call.name, arguments: call.arguments, requestor: requestorOf(call) },
            ],
          })),
        })),
      },
      'results.json',
      [],
    ).runs;

  const graded = (runs: ReturnType<typeof results>) =>
    runs.map((run) => {
      const criteria = criteriaOf.get(run.task_id);
      if (criteria === undefined) throw new Error(`no task ${run.task_id}`);
      const verdict = judgeTau2(telecom, initial, criteria, run);
      return {
        id: run.task_id,
        reward: verdict.reward,
        difference: explainDifference(telecom, initial, criteria, run, verdict),
      };
    });

  it('earn the whole reward, from the state that each task prepares', () => {
    const started = performance.now();
    const all = graded(results(tau2Calls));
    console.info(`${all.length} rollouts graded in ${Math.round(performance.now() - started)} ms`);
    expect(all.filter(({ reward }) => reward !== 1)).toEqual([]);
  });

  it('earn nothing when nothing is done, and are told why', () => {
    const idle = graded(results(() => []));
    expect(idle.filter(({ reward }) => reward !== 0)).toEqual([]);
    expect(idle.filter(({ difference }) => difference === null)).toEqual([]);
  });
});
