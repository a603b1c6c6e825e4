/** Language models behind one interface. */
export * from './errors.ts';
export * from './model.ts';
export * from './note.ts';
export * from './toolReply.ts';
