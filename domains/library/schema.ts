import { z } from 'zod';

const member = z.object({
  card: z.string(),
  name: z.string(),
  born: z.string(),
  loans: z.array(z.string()),
  holds: z.array(z.object({ book: z.string(), branch: z.string() })),
});
const book = z.object({ id: z.string(), title: z.string(), branches: z.array(z.string()), waiting: z.int() });
const loan = z.object({
  id: z.string(),
  card: z.string(),
  book: z.string(),
  title: z.string(),
  due: z.string(),
  renewed: z.boolean(),
});

export const librarySchema = z.strictObject({
  members: z.record(z.string(), member),
  books: z.record(z.string(), book),
  loans: z.record(z.string(), loan),
});
export type LibraryDb = z.infer<typeof librarySchema>;
