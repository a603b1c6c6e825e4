import { expect, it } from 'vitest';
import { memoryStorage } from '../../testing/memoryStorage.ts';
import { KeptKeys } from './keptKeys.ts';

it('keeps keys by origin, until they are deleted or nobody has used them for too long', () => {
  const storage = memoryStorage();
  let now = 0;
  const open = () => new KeptKeys(storage, () => now);
  open().put('https://a.example', 'a-key');
  open().put('https://b.example', 'b-key');
  expect([...open().origins()]).toEqual(['https://a.example', 'https://b.example']);
  open().delete('https://a.example');
  expect(open().read(100)).toEqual([{ origin: 'https://b.example', key: 'b-key' }]);
  now = 99;
  open().touch(now);
  now = 198;
  expect(open().read(100)).toHaveLength(1);
  expect(open().read(null)).toHaveLength(1);
  now = 199;
  expect(open().read(100)).toEqual([]);
  expect(storage.getItem('t2t.keys')).toBeNull();
});

it('leaves no trace when the last is deleted, or when there never was one', () => {
  const storage = memoryStorage();
  const kept = new KeptKeys(storage, () => 0);
  kept.touch(5);
  expect(storage.getItem('t2t.keys')).toBeNull();
  kept.put('https://a.example', 'a-key');
  kept.delete(null);
  expect(storage.getItem('t2t.keys')).toBeNull();
  storage.setItem('t2t.keys', '{"at":0,"keys":[]}');
  expect(kept.read(null)).toEqual([]);
});
