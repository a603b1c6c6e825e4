/** Rollouts to training examples: choosing, dividing, pairing, finding what repeats. */
export * from './card.ts';
export * from './duplicates.ts';
export * from './examples.ts';
export * from './pairs.ts';
export * from './select.ts';
