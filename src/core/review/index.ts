export * from './markdown.ts';
export * from './review.ts';
