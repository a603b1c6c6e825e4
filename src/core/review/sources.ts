import {
  applyCall,
  changedRows,
  isJsonArray,
  isJsonObject,
  remember,
  requestorOf,
  sameState,
} from '../environment/index.ts';
import type { Domain, Json, State, ToolCall } from '../environment/index.ts';
import { execute, explain, leaves } from '../explore/index.ts';
import type { Leaf } from '../explore/index.ts';

/** Numbers up to this are counts that a reader works out: bags, passengers, months. */
const MOST_COUNTED = 31;
/** Other values named in one finding. */
const MOST_OTHERS = 3;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** An argument of a reference action that nobody could have known. */
export interface Sourceless {
  readonly tool: string;
  readonly argument: string;
  readonly value: string;
  /** Where it is one choice among several: the others with which the tool runs as well, and ends elsewhere. */
  readonly others: readonly string[];
}

/**
 * Arguments of the writes of a reference that come from nowhere: not in the words of the scenario, not in the database,
 * not in what earlier actions answered, not among the tool's own choices, and not arithmetic that the tool declares.
 * The user of such a task is prose, so words are compared as words; counts and free text are left out. Sparing on
 * purpose: what is named here was really made up.
 */
export function sourceless(
  domain: Domain,
  state: State,
  scenario: Json,
  calls: readonly ToolCall[],
): Sourceless[] {
  const said = words(textIn(scenario));
  const states = statesBefore(domain, state, calls);
  const planned = calls.map((call) => ({ call, request: null }));
  const { executed } = execute(domain, state, planned);
  const sources = explain(domain, { identity: {}, requests: [] }, executed);
  return calls.flatMap((call, i) => {
    const tool = domain.tool(call.name);
    // What users do with their own hands they decide themselves; a look-up that finds nothing fails by itself.
    if (tool?.kind !== 'write' || requestorOf(call) === 'user') return [];
    const free = tool.freeText;
    const kept = leaves(call.arguments).filter(({ path }) => !free.includes(path.split('.', 1)[0] ?? path));
    return kept.flatMap((leaf): Sourceless[] => {
      const source = sources[i]?.find(({ argument }) => argument === leaf.path)?.source;
      const known = (source !== null && source !== undefined) || isCount(leaf) || isSaid(said, leaf);
      if (known) return [];
      const before = states[i] ?? state;
      const stands = standsIn(
        valuesOf(state).get(words(String(leaf.value))),
        writtenBy(domain, before, call),
        leaf,
      );
      if (stands === 'yes') return [];
      const others = otherChoices(domain, before, call, leaf);
      if (stands === 'as written' && others.length === 0) return [];
      return [{ tool: call.name, argument: leaf.path, value: String(leaf.value), others }];
    });
  });
}

/** The state that each call finds. */
function statesBefore(domain: Domain, initial: State, calls: readonly ToolCall[]): State[] {
  let state = initial;
  return calls.map((call) => {
    const before = state;
    state = applyCall(domain, state, call).state;
    return before;
  });
}

/**
 * Values that the domain's own intents offer for this argument alone, if the tool runs with them and ends elsewhere.
 * Empty when the value itself is none of those offered: then it was no choice.
 */
function otherChoices(domain: Domain, state: State, call: ToolCall, { path, value }: Leaf): string[] {
  const end = applyCall(domain, state, call);
  if (!end.ok) return [];
  const offered = domain.intentsFor(call.name).flatMap((intent) => {
    const parsed = intent.parse?.(state, call);
    if (parsed === undefined) return [];
    const { userId, values } = parsed;
    return intent.slots.flatMap((slot) =>
      slot.candidates({ db: state, userId, values }).flatMap((candidate): ToolCall[] => {
        const chosen = { ...values, [slot.name]: candidate.value };
        const other = intent.call?.({ db: state, userId, values: chosen });
        return other !== undefined && differsOnlyIn(path, call, other) ? [other] : [];
      }),
    );
  });
  const valueIn = (other: ToolCall) => leaves(other.arguments).find((leaf) => leaf.path === path)?.value;
  if (!offered.some((other) => valueIn(other) === value)) return [];
  const elsewhere = offered.filter((other) => {
    const outcome = applyCall(domain, state, other);
    return outcome.ok && !sameState(outcome.state, end.state);
  });
  return [...new Set(elsewhere.map((other) => String(valueIn(other))))].slice(0, MOST_OTHERS);
}

function differsOnlyIn(path: string, call: ToolCall, other: ToolCall): boolean {
  const [before, after] = [leaves(call.arguments), leaves(other.arguments)];
  const same = ({ path: at, value }: Leaf) => before.some((leaf) => leaf.path === at && leaf.value === value);
  return before.length === after.length && after.every((leaf) => leaf.path === path || same(leaf));
}

const isCount = ({ value }: Leaf) =>
  typeof value === 'boolean' ||
  value === '' ||
  (typeof value === 'number' && Math.abs(value) <= MOST_COUNTED);

function isSaid(said: string, { value }: Leaf): boolean {
  const text = words(String(value));
  return text.trim() === '' || said.includes(text) || datesSaid(text).some((date) => said.includes(date));
}

/** The ways in which people write a day: "may 5", "may 05", "5 may", "05 05". */
function datesSaid(text: string): string[] {
  const [, , month, day] = /^ (\d{4}) (\d{2}) (\d{2}) $/.exec(text) ?? [];
  if (month === undefined || day === undefined) return [];
  const name = MONTHS[Number(month) - 1] ?? '';
  const plain = String(Number(day));
  // Only the beginning of the month, as it may be written out.
  return [` ${name}`, ` ${month} ${day} `, ` ${Number(month)} ${plain} `];
}

/** Every string inside a value, one after the other. */
const textIn = (value: Json): string =>
  leaves(value)
    .map((leaf) => String(leaf.value))
    .join(' | ');

/** Letters and digits in lower case, words apart by one space, with a space on either side. */
const words = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

/** A record's id stands in no column. */
const AS_ID = '';

/** Everything that a database says, ids included, as words, each with the columns in which it stands. */
const valuesOf = remember((state: State): ReadonlyMap<string, ReadonlySet<string>> => {
  const values = new Map<string, Set<string>>();
  const add = (value: string, column: string) => {
    const key = words(value);
    const columns = values.get(key) ?? new Set();
    values.set(key, columns.add(column));
  };
  const walk = (value: Json, column: string) => {
    if (isJsonArray(value)) for (const inner of value) walk(inner, column);
    else if (isJsonObject(value))
      for (const [key, inner] of Object.entries(value)) {
        add(key, AS_ID);
        walk(inner, key);
      }
    else if (value !== null) add(String(value), column);
  };
  for (const rows of Object.values(state.toDatabase()))
    for (const [id, row] of Object.entries(rows)) walk({ [id]: row }, AS_ID);
  return values;
});

/** What a call changes, leaf by leaf. */
function writtenBy(domain: Domain, state: State, call: ToolCall): Leaf[] {
  const rows = Object.values(changedRows(state, applyCall(domain, state, call).state));
  return rows.flatMap((byId) => Object.values(byId).flatMap((row) => (row === null ? [] : leaves(row))));
}

/**
 * Whether the database gives a value: it stands there, and not only in the column that the call writes it to, which
 * says what was chosen for other records.
 */
function standsIn(
  columns: ReadonlySet<string> | undefined,
  written: readonly Leaf[],
  { value }: Leaf,
): 'yes' | 'as written' | 'no' {
  if (columns === undefined) return 'no';
  const own = written.flatMap((leaf) => (leaf.value === value ? [leaf.path.split('.').at(-1) ?? ''] : []));
  return [...columns].every((column) => own.includes(column)) ? 'as written' : 'yes';
}
