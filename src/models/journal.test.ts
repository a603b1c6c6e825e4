import { expect, it } from 'vitest';
import { ask, type ModelRequest } from '#core/model/index.ts';
import { scripted } from '../testing/scriptedModel.ts';
import { Journal } from './journal.ts';
import type { Exchange } from './recorded.ts';

const request = (content: string): ModelRequest => ({
  messages: [{ role: 'user', content }],
  ...{ tools: [], schema: null, maxTokens: 10, temperature: 0, seed: 1 },
});
const reply = (text: string) => ({ text });

/** Asks in turn, and gives what was said and what was written into the journal. */
async function course(questions: readonly string[], said: readonly Exchange[] = []) {
  const kept: Exchange[] = [...said];
  const asked: ModelRequest[] = [];
  const journal = new Journal(said, (index, exchange) => {
    kept.splice(index);
    kept.push(exchange);
  });
  const model = journal.with(scripted(({ messages }) => reply(`live ${messages[0]?.content ?? ''}`), asked));
  const answers: string[] = [];
  for (const question of questions) answers.push((await ask(model, request(question))).text);
  return { answers, kept, asked: asked.length };
}

it('says again what was said, asks what was not, and keeps that', async () => {
  const first = await course(['a', 'b']);
  expect(first).toMatchObject({ answers: ['live a', 'live b'], asked: 2 });
  const second = await course(['a', 'b', 'c'], first.kept);
  expect(second).toMatchObject({ answers: ['live a', 'live b', 'live c'], asked: 1 });
  expect(await course(['a', 'b', 'c'], second.kept)).toMatchObject({ asked: 0 });
});

it('takes nothing from where it went another way', async () => {
  const { kept } = await course(['a', 'b', 'c']);
  const other = await course(['a', 'x', 'c'], kept);
  expect(other.asked).toBe(2);
  expect(other.kept.map(({ reply: { text } }) => text)).toEqual(['live a', 'live x', 'live c']);
});

it('is one for all models of a rollout, and tells them apart', async () => {
  const said: Exchange[] = [];
  const play = async () => {
    const asked: ModelRequest[] = [];
    const journal = new Journal([...said], (index, exchange) => {
      said.splice(index);
      said.push(exchange);
    });
    const one = journal.with({ ...scripted(() => reply('one'), asked), id: 'one' });
    const two = journal.with({ ...scripted(() => reply('two'), asked), id: 'two' });
    const answers = [
      await ask(one, request('q')),
      await ask(two, request('q')),
      await ask(one, request('r')),
    ];
    return { answers: answers.map(({ text }) => text), asked: asked.length };
  };
  expect(await play()).toEqual({ answers: ['one', 'two', 'one'], asked: 3 });
  expect(await play()).toEqual({ answers: ['one', 'two', 'one'], asked: 0 });
});

it('keeps nothing of a reply that did not end', async () => {
  const kept: Exchange[] = [];
  const journal = new Journal([], (_, exchange) => kept.push(exchange));
  const failing = journal.with(scripted([new Error('cut')]));
  await expect(ask(failing, request('q'))).rejects.toThrow('cut');
  expect(kept).toEqual([]);
});
