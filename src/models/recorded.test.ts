import { expect, it } from 'vitest';
import { ask } from '#core/model/index.ts';
import { modelContract, request } from '../testing/modelContract.ts';
import { scripted } from '../testing/scriptedModel.ts';
import { parseExchanges, recorded, recording, requestDigest, type Exchange } from './recorded.ts';

modelContract({
  name: 'scripted',
  make: (replies) => Promise.resolve({ model: scripted(replies), close: () => Promise.resolve() }),
});

it('answers the same requests with the same replies, through JSON', async () => {
  const kept: Exchange[] = [];
  const model = recording(
    scripted([{ text: 'one' }, { text: 'two' }, { text: 'three', reasoning: 'hm' }]),
    (one) => kept.push(one),
  );
  const other = request({ maxTokens: 7 });
  const live = [await ask(model, request()), await ask(model, request()), await ask(model, other)];
  const replay = recorded(model, parseExchanges(JSON.parse(JSON.stringify(kept)), 'file'));
  expect(replay.place).toBe('a recording');
  expect([await ask(replay, request()), await ask(replay, request()), await ask(replay, other)]).toEqual(
    live,
  );
});

it('has no answer to anything else', async () => {
  const replay = recorded(scripted([]), [
    { request: requestDigest(request()), reply: await ask(scripted([{ text: 'a' }]), request()) },
  ]);
  await expect(ask(replay, request({ seed: 2 }))).rejects.toMatchObject({ kind: 'request' });
  await ask(replay, request());
  await expect(ask(replay, request())).rejects.toMatchObject({ kind: 'request' });
});

it('says where a recording is damaged', () => {
  expect(() => parseExchanges([{ request: 'a' }], 'demo.json')).toThrow(
    'demo.json: not a recording: at 0.reply',
  );
});
