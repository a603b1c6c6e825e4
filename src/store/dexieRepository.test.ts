import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { repositoryContract } from '../testing/repositoryContract.ts';
import { openStore } from './dexieRepository.ts';
import { ParsedRepository } from './parsedRepository.ts';

repositoryContract('fake-indexeddb', async () => {
  const raw = await openStore({ indexedDB: new IDBFactory(), IDBKeyRange });
  const repository = new ParsedRepository(raw);
  return { repository, raw, [Symbol.asyncDispose]: () => Promise.resolve(repository.close()) };
});
