/** Language models behind one interface. */
export * from './errors.ts';
export * from './model.ts';
