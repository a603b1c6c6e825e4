import fc from 'fast-check';
import type { ChatMessage, TrainingExample } from '#core/dataset/index.ts';
import { callId } from '#core/dataset/index.ts';

const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('"quoted"\n', '<think>', 'a\tb\\c', '€ 12.50'),
);
const name = fc.stringMatching(/^[a-z][a-z_]{0,11}$/);
const value = fc.oneof(
  words,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(words, { maxLength: 2 }),
);
const args = fc
  .dictionary(
    name.filter((key) => key !== '__proto__'),
    value,
    { maxKeys: 3, noNullPrototype: true },
  )
  .map((given) => JSON.stringify(given));

const step = fc.oneof(
  fc.record({ say: words, reply: words }),
  fc.record({ call: name, arguments: args, result: words }),
);

const tools: fc.Arbitrary<TrainingExample['tools']> = fc.array(
  fc.record({
    type: fc.constant('function' as const),
    function: fc.record({
      name,
      description: words,
      parameters: fc.dictionary(name, value, { maxKeys: 2, noNullPrototype: true }),
    }),
  }),
  { minLength: 1, maxLength: 3 },
);

const metadata: fc.Arbitrary<TrainingExample['metadata']> = fc.record({
  task: words,
  domain: name,
  database: words,
  condition: fc.constantFrom('general', 'ambiguous', 'changing', 'infeasible'),
  kinds: fc.array(name, { minLength: 1, maxLength: 3 }),
  agent: name,
  agent_kind: fc.constantFrom('scripted', 'model', 'human'),
  trial: fc.nat({ max: 9 }),
  reward: fc.constantFrom(0, 1, null),
  trajectory: words,
});

/** Conversations as the product makes them: turns alternate, one call per turn, the assistant has the last word. */
export const trainingExamples: fc.Arbitrary<TrainingExample> = fc
  .record({
    policy: words,
    opening: words,
    steps: fc.array(step, { maxLength: 6 }),
    last: words,
    tools,
    metadata,
  })
  .map(({ policy, opening, steps, last, tools: given, metadata: about }) => {
    const messages: ChatMessage[] = [
      { role: 'system', content: policy },
      { role: 'user', content: opening },
    ];
    let calls = 0;
    for (const one of steps) {
      if ('say' in one) {
        messages.push({ role: 'assistant', content: one.say }, { role: 'user', content: one.reply });
        continue;
      }
      calls += 1;
      const id = callId(calls);
      const made = { id, type: 'function' as const, function: { name: one.call, arguments: one.arguments } };
      messages.push(
        { role: 'assistant', content: null, tool_calls: [made] },
        { role: 'tool', tool_call_id: id, content: one.result },
      );
    }
    messages.push({ role: 'assistant', content: last });
    return { messages, tools: given, metadata: about };
  });
