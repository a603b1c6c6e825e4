import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { certify, taskSchema } from '#core/certify/index.ts';
import { seedState } from '#core/environment/index.ts';
import { airline } from '#domains/airline/index.ts';
it('cert', async () => {
  const tasks = readFileSync('/tmp/airline/tasks-q3.jsonl', 'utf8').trim().split('\n').map((l) => taskSchema.parse(JSON.parse(l)));
  const state = seedState(airline, 'q3', 100);
  const rows: [number, string][] = [];
  for (const { certificate: _, ...draft } of tasks) {
    const a = process.cpuUsage();
    const c = await certify(airline, state, draft);
    const b = process.cpuUsage(a);
    rows.push([(b.user + b.system) / 1000, draft.condition + ' ' + draft.program.requests.map((r) => r.intent).join(',') + ' ' + draft.kinds.join('+') + (c.accepted ? '' : ' REJ ' + c.checks.filter((x) => x.status === 'failed').map((x) => x.id))]);
  }
  const t = rows.map(([x]) => x).sort((p, q) => p - q);
  console.log('cpu ms median', t[t.length >> 1], 'p95', t[Math.floor(t.length * 0.95)], 'mean', t.reduce((x, y) => x + y, 0) / t.length);
  for (const [x, k] of rows.sort((p, q) => q[0] - p[0]).slice(0, 14)) console.log(x.toFixed(0), k);
  for (const c of ['general', 'ambiguous', 'changing', 'infeasible']) { const u = rows.filter(([, k]) => k.startsWith(c)).map(([x]) => x).sort((p, q) => p - q); console.log(c, u[u.length >> 1]); }
}, 600000);
