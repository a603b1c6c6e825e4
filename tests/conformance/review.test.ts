import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileRef, parseDatabase, State } from '#core/environment/index.ts';
import { parseTau2Tasks } from '#core/interchange/index.ts';
import { reviewTau2Tasks } from '#core/review/index.ts';
import { findDomain } from '#domains/index.ts';

// tau2-bench's data, where the workplace has it; it is not part of this repository.
const folder = (domain: string) => new URL(`../../../shared/tau-bench/${domain}/`, import.meta.url);
const read = (domain: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(file, folder(domain)), 'utf8'));

test.for(['airline', 'retail'])(
  'the review of the %s benchmark says which of its tasks reward doing nothing (skipped where the data is absent)',
  async (id, { skip }) => {
    if (!existsSync(folder(id))) skip('no ../shared/tau-bench');
    const domain = findDomain(id);
    if (domain === undefined) throw new Error(`no domain ${id}`);
    const rows = parseDatabase(domain, read(id, 'db.json'), 'db.json');
    const tasks = read(id, 'tasks.json') as unknown[];
    const passed: string[] = [];
    const input = {
      domain,
      state: State.of(rows),
      database: fileRef(domain, 'db.json', rows),
      name: 'tasks.json',
      tasks,
      first: 0,
    };
    for await (const { task_id, passed_by, findings } of reviewTau2Tasks(input)) {
      expect(findings.filter(({ check }) => ['format', 'environment'].includes(check))).toEqual([]);
      if (passed_by.includes('null')) passed.push(task_id);
    }
    // By the file alone: no write, nothing to be said, nothing that only a judge could see.
    const idle = parseTau2Tasks(domain, tasks, 'tasks.json').filter(({ evaluation_criteria: criteria }) => {
      const basis = criteria?.reward_basis ?? ['DB', 'COMMUNICATE'];
      const asks = (part: string, content: readonly unknown[] | null | undefined) =>
        basis.includes(part) && (content ?? []).length > 0;
      return !(
        (criteria?.actions ?? []).some(({ name }) => domain.tool(name)?.kind === 'write') ||
        asks('ACTION', criteria?.actions) ||
        asks('COMMUNICATE', criteria?.communicate_info) ||
        asks('NL_ASSERTION', criteria?.nl_assertions)
      );
    });
    expect(passed).toEqual(idle.map((task) => task.id));
  },
);
