import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { seedState, type State } from '../environment/index.ts';
import { createRunner } from '../pipeline/index.ts';
import { baselines } from '../rollout/index.ts';
import type { Task } from '../certify/index.ts';
import { makeExport, type ExportRequest, type ExportSources, type ServedTask } from './export.ts';
import { exportFormats } from './formats/index.ts';
import { writeParquet } from './formats/parquet.ts';
import { importTau2Tasks } from './importTau2.ts';
import { taskInTau2 } from './tau2Write/task.ts';

const database = { kind: 'seed', domain: 'library', seed: 'e', size: 40 } as const;
const tasks: Task[] = [];
let served: ServedTask[] = [];
let initial: State;

beforeAll(async () => {
  const runner = createRunner([library]);
  const wanted = { general: 2, ambiguous: 2, changing: 2, infeasible: 4 };
  initial = seedState(library, database.seed, database.size);
  for (let batch = 0; batch < 2; batch += 1) {
    const made = await runner.run({ type: 'generate', database, seed: 'e', batch, wanted, knobs: {} });
    tasks.push(...made.tasks);
  }
  const items = tasks.flatMap((task) =>
    baselines.map(({ identity }) => ({ task, agent: identity.id, trial: 0 })),
  );
  const { rollouts } = await runner.run({ type: 'rollout', seed: 'e', items });
  served = rollouts.flatMap(({ rollout, verdict }, i) => {
    const task = items[i]?.task;
    return task === undefined ? [] : [{ id: rollout.id, task, rollout, verdict }];
  });
}, 120_000);

const request = (changes: Partial<ExportRequest> = {}): ExportRequest => ({
  name: 'set',
  licence: '',
  formats: ['openai'],
  jsonLines: true,
  parquet: false,
  starter: false,
  rules: {
    onlyPassed: true,
    conditions: ['general', 'ambiguous', 'changing', 'infeasible'],
    agents: baselines.map(({ identity }) => identity.id),
    perTask: null,
    perTrajectory: null,
    excluded: [],
  },
  split: { seed: 'split', validation: 0.3, test: 0.2, by: 'trajectory' },
  near: { threshold: 0.85, drop: false },
  pairs: { span: 'rest', mostPerTask: 1 },
  card: null,
  seeds: ['e'],
  origin: 'http://localhost',
  at: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const sources = (): ExportSources => ({
  served,
  tasks: [],
  domainOf: () => library,
  stateOf: () => initial,
});
const text = (files: ReturnType<typeof makeExport>['files'], path: string) => {
  const content = files.find((file) => file.path === path)?.content;
  if (typeof content !== 'string') throw new Error(`no text ${path}`);
  return content;
};

describe('an export', () => {
  it('counts what it wrote, and says the same in the card', () => {
    const { files, counts, card, leftOut, duplicates } = makeExport(request(), sources(), null);
    const lines = (part: string) => {
      const file = files.find(({ path }) => path === `openai/${part}.jsonl`);
      return file === undefined ? 0 : String(file.content).trimEnd().split('\n').length;
    };
    expect([counts.train, counts.validation, counts.test]).toEqual(
      ['train', 'validation', 'test'].map(lines),
    );
    const all = counts.train + counts.validation + counts.test;
    expect(all + leftOut.failed + duplicates.repeats.length).toBe(served.length);
    expect(card).toContain(`| all | ${counts.train} | ${counts.validation} | ${counts.test} | ${all} |`);
    expect(card).toContain('Every agent here is a scripted baseline, not a model');
    expect(text(files, 'README.md')).toBe(card);
  });

  it('is the same for the same request, and its recipe depends on every choice but date, card and address', () => {
    const everything = request({ formats: exportFormats.map(({ id }) => id), parquet: true, starter: true });
    const small = { ...sources(), served: served.slice(0, 24) };
    const [a, b] = [0, 1].map(() =>
      makeExport(everything, small, writeParquet).files.map(({ path, content }) => [
        path,
        createHash('sha256').update(content).digest('hex'),
      ]),
    );
    expect(a?.length).toBeGreaterThan(20);
    expect(a).toEqual(b);
    const recipe = (changes: Partial<ExportRequest>) => makeExport(request(changes), sources(), null).recipe;
    const own = recipe({});
    expect(recipe({ at: '2027-01-01T00:00:00.000Z', card: '# Mine', origin: 'http://other' })).toBe(own);
    for (const changes of [{ name: 'x' }, { formats: ['trl'] }, { near: { threshold: 0.5, drop: true } }])
      expect(recipe(changes)).not.toBe(own);
  }, 30_000);

  it('keeps all tasks of a trajectory in one part, in examples, pairs and tasks alike', () => {
    const formats = ['trl', 'preference', 'tau2'];
    const { files } = makeExport(request({ formats }), sources(), null);
    const partOf = new Map<string, string>();
    const check = (trajectory: string, part: string) => {
      expect(partOf.get(trajectory) ?? part).toBe(part);
      partOf.set(trajectory, part);
    };
    for (const format of ['trl', 'preference'])
      for (const part of ['train', 'validation', 'test'])
        for (const line of String(files.find(({ path }) => path === `${format}/${part}.jsonl`)?.content ?? '')
          .trimEnd()
          .split('\n')
          .filter((one) => one !== ''))
          check((JSON.parse(line) as { metadata: { trajectory: string } }).metadata.trajectory, part);
    const split = JSON.parse(text(files, 'tau2/data/tau2/domains/library/split_tasks.json')) as Record<
      string,
      string[]
    >;
    expect(split['base']).toHaveLength(tasks.length);
    for (const [part, ids] of Object.entries(split).filter(([name]) => name !== 'base'))
      for (const id of ids) check(tasks.find((task) => task.id === id)?.provenance.trajectory ?? '', part);
    expect(partOf.size).toBeGreaterThan(3);
  });

  it('brings the TRL rows that the starter folder reads, even where only Parquet was asked for', () => {
    const { files } = makeExport(
      request({ formats: [], jsonLines: false, parquet: true, starter: true }),
      sources(),
      writeParquet,
    );
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['trl/train.jsonl', 'trl/train.parquet', 'starter/train.py']),
    );
    expect(text(files, 'starter/README.md')).toContain('--lora-modules set=out');
  });

  it('leaves nearly equal conversations out when asked, and says how many there were', () => {
    const near = { threshold: 0.3, drop: true };
    const [all, some] = [{ ...near, drop: false }, near].map((choice) =>
      makeExport(request({ near: choice }), sources(), null),
    );
    const total = (made = all) =>
      (made?.counts.train ?? 0) + (made?.counts.validation ?? 0) + (made?.counts.test ?? 0);
    expect(all?.duplicates.nearRepeats.length).toBeGreaterThan(0);
    expect(total(all) - total(some)).toBe(all?.duplicates.nearRepeats.length);
  });

  it('refuses a format that does not exist, and notes where a format stays empty', () => {
    expect(() => makeExport(request({ formats: ['csv'] }), sources(), null)).toThrow(
      /^format: there is no format 'csv'\. Expected some of openai, trl,/,
    );
    const rules = { ...request().rules, agents: ['oracle'] };
    expect(makeExport(request({ formats: ['preference'], rules }), sources(), null).notes).toEqual([
      'No pairs: they need a rollout that passed and one that failed of the same task.',
    ]);
  });
});

describe('the tau2 files', () => {
  const folder = 'tau2/data/tau2/domains/library';
  type Written = {
    id: string;
    user_scenario: { instructions: Record<string, string | null> };
    evaluation_criteria: {
      actions: { name: string; arguments: object; compare_args: string[] | null }[];
      communicate_info: string[] | null;
      nl_assertions: string[] | null;
      reward_basis: string[];
    };
  };
  let made: { files: ReturnType<typeof makeExport>['files']; list: Written[] } | undefined;
  const written = () => {
    if (made !== undefined) return made;
    const { files } = makeExport(request({ formats: ['tau2', 'tau2-results'] }), sources(), null);
    return (made = { files, list: JSON.parse(text(files, `${folder}/tasks.json`)) as Written[] });
  };

  it('hold our own tasks, which come back the same', () => {
    const { list } = written();
    expect(list.map(taskInTau2)).toEqual(tasks);
    expect(taskInTau2({ ...list[0], trajectory2task: { version: 1, task: { id: 3 } } })).toBeUndefined();
  });

  it('are imported as the tasks that they were, with their certificates; a changed one is certified again', async () => {
    const { list } = written();
    const place = { domain: library, state: initial, database, name: 'tasks.json', first: 0 };
    expect(await importTau2Tasks({ ...place, tasks: list })).toEqual({
      ...{ tasks, refused: [] },
      from: list.map((_, i) => i),
    });
    const [first] = tasks;
    const edited = { ...list[0], trajectory2task: { version: 1, task: { ...first, chance: 0.123 } } };
    const again = await importTau2Tasks({ ...place, tasks: [edited] });
    expect(again.tasks[0]?.chance).toBe(0.123);
    expect(again.tasks[0]?.certificate.task).not.toBe(first?.certificate.task);
  });

  it('ask for evidence and for a hand-over by name, and for a no in words', () => {
    for (const { id, evaluation_criteria: criteria } of written().list) {
      const task = tasks.find((one) => one.id === id);
      const accepted = task?.criteria.outcomes.flatMap((outcome) => outcome.accepted) ?? [];
      const names = criteria.actions.map(({ name }) => name);
      expect(criteria.reward_basis.includes('NL_ASSERTION')).toBe(accepted.includes('refused'));
      expect(names.includes(library.transferTool?.name ?? '')).toBe(accepted.includes('transferred'));
      if (task?.condition === 'general') expect(criteria.reward_basis).not.toContain('ACTION');
      // Nothing vacuous: what is in the basis has content, and a basis of DB alone has an effect.
      if (criteria.reward_basis.length === 1) expect(criteria.actions.length).toBeGreaterThan(0);
      if (criteria.reward_basis.includes('ACTION')) expect(criteria.actions.length).toBeGreaterThan(0);
      // Never null: tau2 would take a call without arguments for every action of its name.
      for (const action of criteria.actions) {
        expect(action.compare_args).not.toBeNull();
        const kind = library.tool(action.name)?.kind;
        if (kind === 'read') expect(action.compare_args).toEqual(Object.keys(action.arguments));
      }
    }
  });

  it('tell the user nothing that the program does not, and the first message nothing that it hides', () => {
    for (const { id, user_scenario: scenario } of written().list) {
      const task = tasks.find((one) => one.id === id);
      if (task === undefined) continue;
      const told = Object.values(scenario.instructions).join('\n');
      const never = [
        ...library.tools.map(({ name }) => name),
        ...library.rules.map((rule) => rule.id),
        ...task.infeasible.map(({ reason }) => reason),
        'ambiguous',
        'infeasible',
        'forbidden',
      ];
      for (const word of never) expect(told).not.toContain(word);
      const { reason_for_call: first = '', task_instructions: rest = '' } = scenario.instructions;
      expect(first).toContain(task.program.openingText);
      for (const { request: wish, slot } of task.hidden) {
        const entry = task.program.requests.find((one) => one.id === wish)?.slots[slot];
        if (entry === undefined) continue;
        expect(first).not.toContain(entry.mention.text);
        expect(rest).toContain(entry.mention.text);
      }
      for (const change of task.program.changes) expect(rest).toContain(change.text);
    }
  });

  it('put each rollout into the results of its agent, with the verdict', () => {
    const { files } = written();
    const results = files.filter(({ path }) => path.startsWith('tau2/data/simulations/'));
    expect(results).toHaveLength(baselines.length);
    const one = JSON.parse(text(files, 'tau2/data/simulations/library_careful.json')) as {
      simulations: {
        task_id: string;
        reward_info: { reward: number; reward_breakdown: Record<string, number>; reward_basis: string[] };
        messages: { role: string; content: string | null; tool_calls?: unknown[] | null }[];
      }[];
    };
    expect(one.simulations).toHaveLength(tasks.length);
    for (const run of one.simulations) {
      const found = served.find(
        ({ task, rollout }) => task.id === run.task_id && rollout.agent.id === 'careful',
      );
      expect(run.reward_info.reward).toBe(found?.verdict.reward);
      expect(Object.keys(run.reward_info.reward_breakdown).sort()).toEqual(
        [...run.reward_info.reward_basis].sort(),
      );
      expect(run.messages[0]).toMatchObject({ role: 'assistant', tool_calls: null });
      for (const message of run.messages)
        if (message.role !== 'tool')
          expect((message.content === null) !== (message.tool_calls === null)).toBe(true);
    }
  });

  it('write decimals as Python does', () => {
    const { files } = written();
    expect(text(files, 'tau2/data/simulations/library_oracle.json')).toMatch(/"reward": 1\.0,/);
  });
});
