import { expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { createRunner } from '../pipeline/index.ts';
import { chatMessages, toExample, toolDefinitions } from './examples.ts';

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

it('leaves out what a user did with tools of their own, and those tools', () => {
  const byUser = { name: 'toggle', arguments: {}, requestor: 'user' } as const;
  const result = { type: 'tool-result' as const, ok: true, content: 'on', changed: {}, shows: [], broke: [] };
  const messages = chatMessages(library, {
    events: [
      { type: 'user-message', index: 0, text: 'Help.', acts: [] },
      { type: 'agent-message', index: 1, text: 'Toggle it.', acts: [] },
      { type: 'tool-call', index: 2, call: byUser },
      { ...result, index: 3, call: 2 },
      { type: 'user-message', index: 4, text: 'It is on.', acts: [] },
      { type: 'tool-call', index: 5, call: { name: 'check', arguments: {} } },
      { ...result, index: 6, call: 5 },
    ],
  });
  expect(messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    'user',
    'assistant',
    'tool',
  ]);
  const theirs = { ...library.tools[0], name: 'toggle', holder: 'user' };
  const dual = { ...library, tools: [...library.tools, theirs] } as typeof library;
  expect(toolDefinitions(dual)).toEqual(toolDefinitions(library));
});
