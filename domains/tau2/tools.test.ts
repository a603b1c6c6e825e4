import { expect, describe, it } from 'vitest';
import { z } from 'zod';
import { State, ToolError, type Draft, type JsonObject } from '#core/environment/index.ts';
import { calculatorOf } from './calculator.ts';
import { hashed } from './standIn.ts';
import { referenceTools } from './tools.ts';

interface Db {
  readonly notes: { readonly [id: string]: { readonly id: string; readonly words: string } };
}
const tool = referenceTools<Db>('NoteTools');
const id = z.string();
const parameters = z.strictObject({ id, words: id, limit: z.int().default(3) });

const write = tool({
  name: 'write',
  description: '',
  kind: 'write',
  parameters,
  freeText: ['words'],
  execute(db: Draft<Db>, args) {
    if (db.get('notes', hashed(args.id)) === undefined) throw new ToolError(`Note ${args.id} not found`);
    return `${args.id} has at most ${args.limit}`;
  },
});
const list = tool({
  name: 'list',
  description: '',
  kind: 'read',
  parameters: z.strictObject({ ids: z.array(id) }),
  execute: (_db, { ids }) => ids.join(),
  shows: (_db, { ids }) => ids.map((one) => ({ table: 'notes', id: one })),
});
const find = tool({
  name: 'find',
  description: '',
  kind: 'read',
  parameters: z.strictObject({ id, limit: z.int().default(3) }),
  execute: (_db, args) => args.limit,
  loosely: (_db, args, given) => [args.id.length > 1, args.limit, given.id ?? null],
  shows: (_db, args) => [{ table: 'notes', id: `${args.id.slice(-4)}/${args.limit}` }],
});

const state = State.of({ notes: { a: { id: 'a', words: 'x' } } });
const unfit = (of: typeof write, args: JsonObject) =>
  state.edit((db) => of.executeUnfit(db, args) ?? 'undefined').result;

describe('names', () => {
  it.each<[JsonObject, string]>([
    [{ id: 'a', more: 1 }, "got an unexpected keyword argument 'more'"],
    [{ id: 'a' }, "missing 1 required positional argument: 'words'"],
    [{}, "missing 2 required positional arguments: 'id' and 'words'"],
  ])('%j: %s', (args, message) => {
    expect(() => unfit(write, args)).toThrow(new ToolError(`NoteTools.write() ${message}`));
  });
});

describe('types', () => {
  it('are answered for by stand-ins', () => {
    expect(() => unfit(write, { id: null, words: 'x' })).toThrow(new ToolError('Note None not found'));
    expect(() => unfit(write, { id: [], words: 'x' })).toThrow(new ToolError("unhashable type: 'list'"));
    expect(unfit(list, { ids: [1, 'b'] })).toBe('1,b');
    expect(unfit(list, { ids: 'bc' })).toBe('b,c');
  });

  it('do not matter in free text, and leave a write to core elsewhere', () => {
    expect(unfit(write, { id: 'a', words: 5 })).toBe('a has at most 3');
    expect(unfit(write, { id: 'a', words: 'x', limit: 'many' })).toBe('undefined');
    expect(unfit(list, { ids: 5 })).toBe('undefined');
  });

  it('reach a tool that goes on with them, absent ones filled in', () => {
    expect(unfit(find, { id: null })).toEqual([true, 3, null]);
    expect(unfit(find, { id: 'a', limit: 'x' })).toEqual([false, 'x', 'a']);
  });

  it('do not keep a result from showing records', () => {
    expect(find.shows(state, { id: null }, null)).toEqual([{ table: 'notes', id: 'None/3' }]);
  });
});

describe('the calculator', () => {
  const calculator = calculatorOf('NoteTools');

  it.each<[JsonObject, string]>([
    [{ expression: null }, "'NoneType' object is not iterable"],
    [{ expression: 5 }, "'int' object is not iterable"],
    [{ expression: [5] }, "'in <string>' requires string as left operand, not int"],
    [{ expression: ['1', 'x'] }, 'Invalid characters in expression'],
    [{ expression: {} }, 'eval() arg 1 must be a string, bytes or code object'],
    [{ expression: ['1'] }, 'eval() arg 1 must be a string, bytes or code object'],
    [{}, "NoteTools.calculate() missing 1 required positional argument: 'expression'"],
  ])('%j: %s', (args, message) => {
    expect(() => unfit(calculator, args)).toThrow(new ToolError(message));
  });

  it('still calculates', () => {
    expect(state.edit((db) => calculator.execute(db, { expression: '1 + 1' })).result).toBe('2.0');
  });
});
