import { z } from 'zod';

const text = z.string();
const member = z.object({ card: text, name: text, loans: z.array(text) });
const loan = z.object({ id: text, card: text, title: text, due: text, renewed: z.boolean(), branch: text });

/** Members, and the books that they have on loan. */
export const librarySchema = z.strictObject({ members: z.record(text, member), loans: z.record(text, loan) });
export type LibraryDb = z.infer<typeof librarySchema>;
export type Loan = z.infer<typeof loan>;

/** Where loans can be handed back. */
export const branches = ['Central', 'Northside', 'Riverside', 'Hilltop'] as const;
