/** Language models behind one interface. */
export * from './conversation.ts';
export * from './errors.ts';
export * from './model.ts';
export * from './note.ts';
export * from './speed.ts';
export * from './tokens.ts';
export * from './toolReply.ts';
