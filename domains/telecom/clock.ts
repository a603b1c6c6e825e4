/** The domain's present. Everything that depends on the day is written out, since the day never changes. */
export const TODAY = '2025-02-25';

/** The last day of the running billing cycle. */
export const CYCLE_END = '2025-02-28';

/** The next cycle, as a draft bill is dated. */
export const nextCycle = { start: '2025-03-01', end: '2025-03-31', due: '2025-03-15' } as const;

/** The cycle before the running one, as an overdue bill is dated. */
export const lastCycle = { start: '2025-01-01', end: '2025-01-31', due: '2025-01-15' } as const;
