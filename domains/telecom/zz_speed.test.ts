import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { parseDatabase, replay, State } from '#core/environment/index.ts';
import { parseTau2Tasks, parseToml, tau2Calls, tau2State } from '#core/interchange/index.ts';
import { telecom } from './index.ts';
const dir = '/work/shared/tau-bench/telecom/';
const read = (f: string) => parseToml(readFileSync(dir + f, 'utf8'), f);
it('speed', () => {
  const base = State.of(parseDatabase(telecom, { ...read('db.toml'), ...read('user_db.toml') }, 'x'));
  const tasks = parseTau2Tasks(telecom, JSON.parse(readFileSync(dir + 'tasks.json', 'utf8')), 't').map(
    (t) => ({ s: tau2State(telecom, base, t, 't'), c: tau2Calls(t) }),
  );
  const per: number[] = [];
  for (const { s, c } of tasks)
    if (c.length) {
      const ts: number[] = [];
      for (let i = 0; i < 30; i += 1) {
        const a = performance.now();
        replay(telecom, s, c);
        ts.push(performance.now() - a);
      }
      ts.sort((a, b) => a - b);
      per.push(ts[15]! / c.length);
    }
  per.sort((a, b) => a - b);
  console.log('per call median', per[per.length >> 1], 'p95', per[Math.floor(per.length * 0.95)]);
});
