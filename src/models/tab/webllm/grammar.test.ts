import { beforeAll, describe, expect, it } from 'vitest';
import { careful, collectRollout } from '#core/rollout/index.ts';
import { seedState, type JsonObject } from '#core/environment/index.ts';
import { callText, modelTools, replySchema, sayText } from '#core/model/index.ts';
import { createRunner, generateTasks } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { grammarCompiler, type Match } from '../../../testing/xgrammar.ts';

type Compiler = Awaited<ReturnType<typeof grammarCompiler>>;
type Grammar = Awaited<ReturnType<Compiler['compile']>>;
let compiler: Compiler;
beforeAll(async () => {
  compiler = await grammarCompiler();
});

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe.each(domains.map((domain) => [domain.id, domain] as const))('the tools of %s', (_, domain) => {
  const tools = modelTools(domain);
  let grammar: Grammar;
  beforeAll(async () => {
    grammar = await compiler.compile(replySchema(tools));
  });
  const whole = async (text: string): Promise<Match> => grammar.match(text);

  it('let the model say anything', async () => {
    for (const words of ['Hello!', 'It costs $5 — "naïve" 日本語 🙂 \\ \n done', '']) {
      expect(await whole(sayText(words))).toEqual({ accepted: bytes(sayText(words)), mayEnd: true });
      const spaced = JSON.stringify({ say: words }, null, 2);
      expect(await whole(spaced)).toEqual({ accepted: bytes(spaced), mayEnd: true });
    }
  });

  it('let it call what a baseline calls', async () => {
    const database = { kind: 'seed', domain: domain.id, seed: 'grammar', size: 40 } as const;
    const wanted = { general: 2, ambiguous: 1, changing: 1, infeasible: 1 };
    const input = { database, seed: 'grammar', wanted, knobs: {}, parallel: 1 };
    const { tasks } = await generateTasks(createRunner(domains), input);
    const state = seedState(domain, database.seed, database.size);
    const calls: { name: string; arguments: JsonObject }[] = [];
    for (const task of tasks) {
      const run = await collectRollout({ domain, state, task, agent: careful, trial: 0, seed: 's' });
      // Users hold tools of their own, which are none of the model's.
      for (const event of run.events)
        if (event.type === 'tool-call' && tools.some(({ name }) => name === event.call.name))
          calls.push(event.call);
    }
    expect(calls.length).toBeGreaterThan(5);
    for (const { name, arguments: args } of calls) {
      const text = callText(name, ordered(args, tools.find((tool) => tool.name === name)?.parameters));
      expect([text, await whole(text)]).toEqual([text, { accepted: bytes(text), mayEnd: true }]);
    }
  });

  it('stop a wrong name at its first wrong letter', async () => {
    const { accepted, mayEnd } = await whole('{"call": "zzz_no_such_tool", "arguments": {}}');
    expect(accepted).toBeLessThanOrEqual('{"call": "'.length);
    expect(mayEnd).toBe(false);
    expect(await whole('{"shout": "x"}')).toMatchObject({ accepted: 3, mayEnd: false });
  });

  it('stop a call without an argument that it needs', async () => {
    const needy = tools.filter(({ parameters }) => required(parameters).length > 0);
    expect(needy.length).toBeGreaterThan(0);
    for (const { name } of needy) {
      const text = `{"call": "${name}", "arguments": {}}`;
      const { accepted, mayEnd } = await whole(text);
      expect([name, accepted]).toEqual([name, text.indexOf('{}') + 1]);
      expect(mayEnd).toBe(false);
    }
  });

  it('stop whatever comes after a reply, and a reply that is not whole', async () => {
    const text = sayText('Hello.');
    expect(await whole(`${text} And more.`)).toMatchObject({ mayEnd: false });
    expect((await whole(`${text}{`)).accepted).toBe(text.length);
    expect(await whole('{"say": "Hel')).toMatchObject({ mayEnd: false });
    expect(await whole('Hello.')).toEqual({ accepted: 0, mayEnd: false });
  });
});

it('a schema is needed: without one the compiler of WebLLM fails', async () => {
  // Why `response_format` is never `json_object` alone.
  await expect(compiler.compile(undefined as unknown as object)).rejects.toThrow();
});

function required(parameters: JsonObject): readonly unknown[] {
  return Array.isArray(parameters['required']) ? parameters['required'] : [];
}

/** The arguments in the order of the schema: the grammar takes them in no other. */
function ordered(args: JsonObject, parameters: JsonObject | undefined): JsonObject {
  const properties = parameters?.['properties'];
  if (typeof properties !== 'object' || properties === null) return args;
  return Object.fromEntries(
    Object.keys(properties).flatMap((key) => {
      const value = args[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
