import { repositoryContract } from '../testing/repositoryContract.ts';
import { MemoryStore } from './memoryRepository.ts';
import { ParsedRepository } from './parsedRepository.ts';

repositoryContract('memory', () => {
  const raw = new MemoryStore();
  const repository = new ParsedRepository(raw);
  return Promise.resolve({
    repository,
    raw,
    [Symbol.asyncDispose]: () => Promise.resolve(repository.close()),
  });
});
