import {
  applyCall,
  changedRows,
  isJsonArray,
  isJsonObject,
  renderContent,
  sameJson,
  type Domain,
  type Json,
  type State,
} from '../environment/index.ts';
import { stateLines } from '../evaluate/index.ts';
import type { RecordedRun, Tau2Criteria } from '../interchange/index.ts';
import { Ends, type Tau2Verdict } from './tau2Judge.ts';

/** Lines and calls named in one explanation. */
const MOST = 5;

/**
 * Why a recorded reward is not the computed one: the components that decide here, row by row, and the calls that
 * the recording answers in another way than the environment does. Null when there is no recorded reward, or the
 * rewards agree.
 */
export function explainDifference(
  domain: Domain,
  database: State,
  criteria: Tau2Criteria,
  run: RecordedRun,
  { reward, components }: Tau2Verdict,
): string | null {
  if (run.recorded === null || (reward !== null && Math.abs(reward - run.recorded) <= 1e-6)) return null;
  const ends = new Ends(domain, database, criteria, run);
  const parts = [
    ...(run.counts ? [] : [`it ended with ${run.termination}, which says nothing about the agent`]),
    ...(run.complete ? [] : [`it ended with ${run.termination} before the user or the agent was done`]),
    ...Object.entries(components).flatMap(([name, value]) =>
      value === 1 ? [] : [componentText(criteria, ends, name, value)],
    ),
  ];
  const calls = otherAnswers(domain, ends.initial, run);
  const here = parts.length === 0 ? ['every component holds here'] : parts;
  const there = calls.length === 0 ? ['every recorded answer agrees with the environment'] : calls;
  return `Recorded ${run.recorded}, computed ${reward ?? 'nothing'}: ${[...here, ...there].join('; ')}.`;
}

function componentText(criteria: Tau2Criteria, ends: Ends, name: string, value: number | null): string {
  if (value === null) return `${name} cannot be judged by a program`;
  if (name === 'DB') return `DB does not hold: ${listed(rows(ends))}`;
  if (name === 'COMMUNICATE')
    return `COMMUNICATE does not hold: ${listed(criteria.say.map((text) => JSON.stringify(text)))} had to be said`;
  return `${name} does not hold`;
}

/** The fields in which the end of the rollout and the end of the reference actions differ. */
function rows({ initial, wanted, actual }: Ends): string[] {
  return stateLines(initial, changedRows(initial, wanted), changedRows(initial, actual), []).flatMap(
    ({ table, id, field, expected, actual: found, verdict }) => {
      if (verdict === 'same') return [];
      const { path, left, right } = firstDifference(expected, found, sameJson) ?? {
        path: '',
        left: expected,
        right: found,
      };
      const name = [field, path].filter((part) => part !== '').join('.') || 'as a whole';
      return [`${table} ${id} ${name} is ${short(right)} instead of ${short(left)}`];
    },
  );
}

/** The calls with another answer in the recording, as far as both tell the same things. */
function otherAnswers(domain: Domain, initial: State, run: RecordedRun): string[] {
  let state = initial;
  const made = run.steps.flatMap((step) => (step.type === 'call' ? [step] : []));
  const found = made.flatMap(({ call, answer: recorded }, i): string[] => {
    const outcome = applyCall(domain, state, call);
    state = outcome.state;
    // A tool that the domain does not have changes nothing in either.
    if (recorded === null || domain.tool(call.name) === undefined) return [];
    const here = renderContent(domain, outcome);
    const found = firstDifference(readable(recorded), readable(here), sameWords);
    if (found === null) return [];
    const where = found.path === '' ? '' : `with ${found.path} `;
    return [
      `call ${i + 1}, ${call.name}, was answered ${where}${short(found.left)}, here ${short(found.right)}`,
    ];
  });
  return found.length <= MOST ? found : [...found.slice(0, MOST), `${found.length - MOST} more answers`];
}

interface Difference {
  readonly path: string;
  readonly left: Json;
  readonly right: Json;
}

/**
 * The first place where two values differ. Fields that only one of two objects has do not count, as benchmarks
 * write the same record with more or fewer of them.
 */
function firstDifference(
  left: Json,
  right: Json,
  same: (left: Json, right: Json) => boolean,
  path = '',
): Difference | null {
  const at = (name: string | number) => (path === '' ? String(name) : `${path}.${name}`);
  if (isJsonObject(left) && isJsonObject(right)) {
    for (const [name, value] of Object.entries(left)) {
      const other = right[name];
      const found = other === undefined ? null : firstDifference(value, other, same, at(name));
      if (found !== null) return found;
    }
    return null;
  }
  if (isJsonArray(left) && isJsonArray(right) && left.length === right.length) {
    for (const [i, value] of left.entries()) {
      const found = firstDifference(value, right[i] ?? null, same, at(i));
      if (found !== null) return found;
    }
    return null;
  }
  return same(left, right) ? null : { path, left, right };
}

// Errors of one benchmark begin with a capital, of the other without.
const sameWords = (left: Json, right: Json) =>
  typeof left === 'string' && typeof right === 'string'
    ? left.toLowerCase() === right.toLowerCase()
    : sameJson(left, right);

function readable(content: string): Json {
  try {
    return JSON.parse(content) as Json;
  } catch {
    return content;
  }
}

const listed = (items: readonly string[]) =>
  items.length <= MOST
    ? items.join(', ')
    : `${items.slice(0, MOST).join(', ')} and ${items.length - MOST} more`;

function short(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
