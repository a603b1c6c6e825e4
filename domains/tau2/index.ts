/** What the domains that follow tau2-bench's own code to the word have in common: how its Python answers. */
export * from './calculator.ts';
export * from './pydantic.ts';
export * from './python.ts';
export * from './standIn.ts';
export * from './tools.ts';
