import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  applyCall,
  checkAssertion,
  parseDatabase,
  prepare,
  renderContent,
  State,
  runTool,
} from '#core/environment/index.ts';
import { callOf, parseToml } from '#core/interchange/index.ts';
import { telecom } from './index.ts';
const dir = '/work/shared/tau-bench/telecom/';
const read = (f: string) => parseToml(readFileSync(dir + f, 'utf8'), f);
it('fuzz', () => {
  const base = State.of(parseDatabase(telecom, { ...read('db.toml'), ...read('user_db.toml') }, 'x'));
  const all = JSON.parse(readFileSync('/tmp/telecom/fuzz.json', 'utf8')) as any[];
  let n = 0;
  const contents = new Set<string>();
  for (const [k, one] of all.entries()) {
    let state = base;
    for (const c of one.init) {
      const call = callOf(c.func_name, c.arguments, c.env_type);
      const tool = telecom.setupTool(call.name) ?? telecom.tool(call.name);
      const out = runTool(telecom, state, tool!, call);
      expect(out.ok, `${k} init ${c.func_name} ${c.error ?? ''}`).toBe(c.ok);
      state = out.state;
      void prepare;
    }
    for (const s of one.steps) {
      const call = callOf(s.name, s.arguments, s.requestor);
      const out = applyCall(telecom, state, call);
      state = out.state;
      const random = /"B[0-9a-f]{8}"/g;
      const got = renderContent(telecom, out).replace(random, '"BX"');
      if (!(s.error && s.content.includes('validation error')))
        expect([got, !out.ok], `${k} ${JSON.stringify(s)}`).toEqual([
          s.content.replace(random, '"BX"'),
          s.error,
        ]);
      n += 1;
      contents.add(s.name + s.error + s.content);
    }
    for (const a of one.asserts) {
      const f = checkAssertion(telecom, state, {
        call: callOf(a.func_name, a.arguments, a.env_type),
        expected: a.assert_value,
      });
      expect(f.evaluated && f.met, `${k} ${JSON.stringify(a)}`).toBe(a.met);
    }
    const r = telecom.report!(state) as any;
    expect(r.user_db).toEqual(one.user_db);
    expect(r.agent_lines).toEqual(one.db.lines);
    const norm = (x: any) =>
      JSON.parse(
        JSON.stringify(x)
          .replace(/"B[0-9a-f]{8}"/g, '"BX"')
          .replace(/(\d{4}-\d\d-\d\d)T(\d\d:)/g, '$1 $2'),
      );
    for (const t of ['plans', 'customers', 'bills', 'devices', 'lines'])
      expect(norm([...state.rows(t)])).toEqual(norm(one.db[t]));
  }
  console.log(n, 'calls', contents.size, 'distinct');
}, 600000);
