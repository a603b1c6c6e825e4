import { expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { createRunner } from '../pipeline/index.ts';
import { toExample } from './examples.ts';

it('writes one call per assistant turn, answers each call, and ends with the assistant', async () => {
  const runner = createRunner([library]);
  const database = { kind: 'seed', domain: 'library', seed: 'd', size: 40 } as const;
  const wanted = { general: 1, ambiguous: 1, changing: 0, infeasible: 0 };
  const { tasks } = await runner.run({ type: 'generate', database, seed: 'd', batch: 0, wanted, knobs: {} });
  const items = tasks.map((task) => ({ task, agent: 'careful', trial: 0 }));
  const { rollouts } = await runner.run({ type: 'rollout', seed: 'd', items });
  const examples = rollouts.flatMap(({ rollout, verdict }, i) => {
    const task = tasks[i];
    return task === undefined ? [] : [toExample(library, task, rollout, verdict)];
  });
  expect(examples.length).toBeGreaterThan(0);
  for (const { messages, tools } of examples) {
    expect(messages[0]?.role).toBe('system');
    expect(messages.at(-1)?.role).toBe('assistant');
    expect(tools.map((tool) => tool.function.name)).toEqual(library.tools.map((tool) => tool.name).sort());
    for (const [i, message] of messages.entries())
      if (message.role === 'assistant' && message.content === null) {
        expect(message.tool_calls).toHaveLength(1);
        expect(message.tool_calls[0]?.id).toMatch(/^[a-z0-9]{9}$/);
        if (i + 1 < messages.length)
          expect(messages[i + 1]).toMatchObject({ role: 'tool', tool_call_id: message.tool_calls[0]?.id });
      }
  }
});
