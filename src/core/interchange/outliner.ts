/** Where the elements of a large file of JSON are: follows its tokens, chunk by chunk, and keeps nothing else. */
import { Tokenizer, TokenType, type ParsedTokenInfo } from '@streamparser/json';
import { z } from 'zod';
import { InputError } from '../environment/index.ts';

/** Elements of one list of a file, one after another; or the value of one field. */
export const pieceSchema = z.strictObject({
  /** The field that holds the list or the value; '' for a list that is the whole file, and for lines. */
  field: z.string(),
  /** The place of the first element in its list, from 0. */
  first: z.int().nonnegative(),
  /** Elements; 0 for the value of a field. */
  count: z.int().nonnegative(),
  /** Bytes: from the bracket or comma before the first element to before what follows the last. */
  from: z.int().nonnegative(),
  to: z.int().positive(),
  /** Where `from` is: the line, from 1, and the byte in that line, from 1. */
  line: z.int().positive(),
  column: z.int().positive(),
});
export type Piece = z.infer<typeof pieceSchema>;

/** What a file consists of, as far as one pass can tell. */
export const outlineSchema = z.strictObject({
  /** What the file is as a whole. */
  root: z.enum(['object', 'list', 'lines', 'other']),
  /** The fields of the outermost object. */
  fields: z.array(z.string()),
  pieces: z.array(pieceSchema),
});
export type Outline = z.infer<typeof outlineSchema>;

/** A file is cut after so many bytes or elements, so that a piece is read in a few milliseconds. */
export const PIECE_BYTES = 512 * 1024;
export const PIECE_COUNT = 50;
/** One element has to fit into memory several times. */
export const LONGEST_ELEMENT = 64 * 1_000_000;

/** What is looked for in a file of JSON. */
export interface Wanted {
  /** Fields of the outermost object that hold lists to be cut; '' stands for a file that is a list. */
  readonly lists: readonly string[];
  /** Fields whose values are read whole. */
  readonly values: readonly string[];
}

/** What is no JSON outside of the pieces. */
export class BrokenJson extends InputError {}

/** A single element that no thread could hold. */
export const tooLong = (path: string) =>
  new InputError(path, `one element has more than ${LONGEST_ELEMENT / 1_000_000} MB.`);

export const LF = 10;
/** Fields that are told; a file with more is none that anything here is made for. */
const MOST_FIELDS = 100;
type State = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma' | 'over';
type Bracket = '{' | '[';

const OPENS: ReadonlyMap<TokenType, Bracket> = new Map([
  [TokenType.LEFT_BRACE, '{'],
  [TokenType.LEFT_BRACKET, '['],
]);
const CLOSES: ReadonlyMap<TokenType, Bracket> = new Map([
  [TokenType.RIGHT_BRACE, '{'],
  [TokenType.RIGHT_BRACKET, '['],
]);

/** A list that is being cut. */
interface OpenList {
  readonly field: string;
  /** How many brackets are open inside of it. */
  readonly depth: number;
  first: number;
  count: number;
  from: number;
  place: { readonly line: number; readonly column: number };
  /** Where the element at work began. */
  element: number;
}

/** Follows the tokens of a file and notes where lists are to be cut. */
export class Outliner {
  readonly #path: string;
  readonly #wanted: Wanted;
  readonly #tokenizer = new Tokenizer({ stringBufferSize: 64 * 1024, numberBufferSize: 64 });
  readonly #open: Bracket[] = [];
  readonly #pieces: Piece[] = [];
  readonly #fields = new Set<string>();
  #root: Outline['root'] = 'other';
  #state: State = 'value';
  #field = '';
  #list: OpenList | null = null;
  /** Where the value of a field that is wanted whole begins. */
  #value: Pick<Piece, 'from' | 'line' | 'column'> | null = null;
  #chunk = new Uint8Array();
  #start = 0;
  /** Lines up to `#counted` (bytes), and where the last of them begins. */
  #line = 1;
  #lineStart = 0;
  #counted = 0;
  #failure: Error | null = null;

  constructor(path: string, wanted: Wanted) {
    this.#path = path;
    this.#wanted = wanted;
    this.#tokenizer.onToken = (token) => this.#guarded(token);
    this.#tokenizer.onError = (error) => (this.#failure ??= error);
    this.#tokenizer.onEnd = () => undefined;
  }

  write(chunk: Uint8Array): void {
    this.#chunk = chunk as Uint8Array<ArrayBuffer>;
    this.#tokenizer.write(chunk);
    this.#check();
    this.#place(this.#start + chunk.length);
    this.#start += chunk.length;
    const { element } = this.#list ?? { element: this.#start };
    if (this.#start - element > LONGEST_ELEMENT) throw tooLong(this.#path);
  }

  end(): Outline {
    if (!this.#tokenizer.isEnded) this.#tokenizer.end();
    this.#check();
    if (this.#state !== 'over')
      throw new BrokenJson(
        this.#path,
        `not valid JSON at line ${this.#line}, column ${this.#start - this.#lineStart + 1}: the file ends in the middle.`,
      );
    return { root: this.#root, fields: [...this.#fields].slice(0, MOST_FIELDS), pieces: this.#pieces };
  }

  #check(): void {
    const failure = this.#failure;
    if (failure === null) return;
    if (failure instanceof InputError) throw failure;
    // The tokenizer says what it did not expect, and at which byte of the chunk.
    const offset = this.#start + Number(/at position "(\d+)"/.exec(failure.message)?.[1] ?? 0);
    const { line, column } = this.#place(offset);
    const what = /^Unexpected "(.)"/su.exec(failure.message)?.[1];
    const found = what === undefined ? 'found what no JSON holds' : `found '${what}' where no value has it`;
    throw new BrokenJson(this.#path, `not valid JSON at line ${line}, column ${column}: ${found}.`);
  }

  #guarded(token: ParsedTokenInfo): void {
    if (this.#failure !== null) return;
    try {
      this.#take(token);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  #take({ token, value, offset }: ParsedTokenInfo): void {
    const opens = OPENS.get(token);
    const closes = CLOSES.get(token);
    const depth = this.#open.length;
    const list = this.#list;
    // What is inside of an element is only followed by its brackets: it is parsed with its piece.
    if (list !== null && depth > list.depth) {
      if (opens !== undefined) this.#open.push(opens);
      else if (closes !== undefined) this.#close(closes, offset);
      return;
    }
    if (list !== null) {
      if (closes === undefined) this.#inList(list, token, offset, opens);
      else this.#close(closes, offset);
      return;
    }
    if (depth > 1) {
      if (opens !== undefined) this.#open.push(opens);
      else if (closes !== undefined) {
        this.#close(closes, offset);
        if (this.#open.length === 1) this.#state = 'comma';
      }
      return;
    }
    switch (this.#state) {
      case 'value':
      case 'value or end':
        if (closes === '[' && this.#state === 'value or end') this.#close(closes, offset);
        else if (opens !== undefined) this.#begin(opens, offset);
        else if (closes === undefined && token !== TokenType.COLON && token !== TokenType.COMMA)
          this.#state = depth === 0 ? 'over' : 'comma';
        else throw this.#wrong(offset, 'a value');
        return;
      case 'name':
      case 'name or end':
        if (closes === '{' && this.#state === 'name or end') this.#close(closes, offset);
        else if (token === TokenType.STRING && typeof value === 'string') this.#name(value, offset);
        else throw this.#wrong(offset, 'a name');
        return;
      case 'colon':
        if (token !== TokenType.COLON) throw this.#wrong(offset, "':'");
        if (this.#wanted.values.includes(this.#field)) this.#value = { from: offset, ...this.#place(offset) };
        this.#state = 'value';
        return;
      case 'comma':
        if (token !== TokenType.COMMA && closes === undefined) throw this.#wrong(offset, "','");
        this.#endValue(offset);
        if (closes !== undefined) this.#close(closes, offset);
        else this.#state = this.#open[0] === '{' ? 'name' : 'value';
        return;
      case 'over':
        throw this.#wrong(offset, 'the end');
    }
  }

  #begin(bracket: Bracket, offset: number): void {
    const depth = this.#open.length;
    this.#open.push(bracket);
    if (depth === 0) this.#root = bracket === '{' ? 'object' : 'list';
    const field = depth === 0 ? '' : this.#field;
    if (depth <= 1 && bracket === '[' && this.#wanted.lists.includes(field)) {
      const place = this.#place(offset);
      this.#list = {
        ...{ field, depth: depth + 1, first: 0, count: 0, from: offset, place },
        element: offset,
      };
    } else if (depth === 0) this.#state = bracket === '{' ? 'name or end' : 'value or end';
  }

  /** A token between the elements of a list, or one that begins an element. */
  #inList(list: OpenList, token: TokenType, offset: number, opens: Bracket | undefined): void {
    if (token !== TokenType.COMMA) {
      list.count += 1;
      list.element = offset;
      if (opens !== undefined) this.#open.push(opens);
      return;
    }
    list.element = offset;
    if (list.count < PIECE_COUNT && offset - list.from < PIECE_BYTES) return;
    this.#cut(list, offset);
    list.place = this.#place(offset);
    list.from = offset;
  }

  #cut({ field, first, count, from, place }: OpenList, to: number): void {
    this.#pieces.push({ field, first, count, from, to, ...place });
    if (this.#list === null) return;
    this.#list.first = first + count;
    this.#list.count = 0;
  }

  #close(bracket: Bracket, offset: number): void {
    const open = this.#open.at(-1);
    if (open !== bracket) throw this.#wrong(offset, open === '{' ? "'}'" : "']'");
    this.#open.pop();
    const list = this.#list;
    if (list !== null && this.#open.length === list.depth - 1) {
      if (list.count > 0) this.#cut(list, offset);
      else if (list.first > 0) throw this.#wrong(offset, 'a value');
      this.#list = null;
      this.#state = this.#open.length === 0 ? 'over' : 'comma';
    } else if (this.#open.length === 0) this.#state = 'over';
    else if (list === null && this.#open.length === 1) this.#state = 'comma';
  }

  #name(field: string, offset: number): void {
    if (this.#fields.has(field)) {
      const { line, column } = this.#place(offset);
      const shown = field.slice(0, 60);
      throw new InputError(
        this.#path,
        `line ${line}, column ${column}: "${shown}" stands there a second time in the same object.`,
      );
    }
    this.#fields.add(field);
    this.#field = field;
    this.#state = 'colon';
  }

  #endValue(offset: number): void {
    if (this.#value === null) return;
    this.#pieces.push({ field: this.#field, first: 0, count: 0, to: offset, ...this.#value });
    this.#value = null;
  }

  #wrong(offset: number, expected: string): InputError {
    const { line, column } = this.#place(offset);
    return new BrokenJson(
      this.#path,
      `not valid JSON at line ${line}, column ${column}: expected ${expected}.`,
    );
  }

  /** The line and column of a byte of this chunk or, where it began in an earlier one, of the last that is known. */
  #place(offset: number): { line: number; column: number } {
    const end = Math.min(offset - this.#start, this.#chunk.length);
    let at = this.#counted - this.#start;
    for (at = this.#chunk.indexOf(LF, at); at >= 0 && at < end; at = this.#chunk.indexOf(LF, at + 1)) {
      this.#line += 1;
      this.#lineStart = this.#start + at + 1;
    }
    this.#counted = Math.max(this.#counted, this.#start + end);
    return { line: this.#line, column: Math.max(1, offset - this.#lineStart + 1) };
  }
}
