import { isJsonArray, isJsonObject, remember, sameJson } from '../environment/index.ts';
import type { Domain, Json, JsonObject, RecordRef, ToolCall } from '../environment/index.ts';
import type { ArgumentSource, Source } from './trajectory.ts';

/** A scalar inside a JSON value, with its dotted path. */
export interface Leaf {
  readonly path: string;
  readonly value: string | number | boolean;
}

/** Every string, number and boolean inside a value, in order. */
export function leaves(value: Json, path = ''): Leaf[] {
  if (value === null) return [];
  if (isJsonArray(value))
    return value.flatMap((inner, i) => leaves(inner, path === '' ? String(i) : `${path}.${i}`));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([key, inner]) =>
      leaves(inner, path === '' ? key : `${path}.${key}`),
    );
  return [{ path, value }];
}

/** What was said before any call: identity facts and the user's mentions. */
export interface Said {
  readonly identity: Readonly<Record<string, string>>;
  readonly requests: readonly { readonly id: string; readonly mentioned: Readonly<Record<string, Json>> }[];
}

/** A step as far as provenance is concerned. */
export interface ExplainableStep {
  readonly call: ToolCall;
  readonly ok: boolean;
  readonly result: Json;
  readonly kind: string;
  readonly shows: readonly RecordRef[];
  /** Paths of arguments that follow from the others and the records by arithmetic. */
  readonly computed?: ReadonlySet<string>;
}

const keyOf = (value: Leaf['value']) => `${typeof value}:${value}`;

/**
 * For every leaf argument of every step, where its value was first available: what the user said, or the result
 * of an earlier step. `null` means that nothing explains it.
 */
export function explain(domain: Domain, said: Said, steps: readonly ExplainableStep[]): ArgumentSource[][] {
  const told = toldBy(said);
  return steps.map((step, index) =>
    leaves(step.call.arguments).map((leaf): ArgumentSource => {
      const key = keyOf(leaf.value);
      const source: Source | null = step.computed?.has(leaf.path)
        ? { type: 'computed' }
        : (told.get(key) ?? firstResult(steps, index, key) ?? toolSource(domain, step.call, leaf));
      return { argument: leaf.path, source };
    }),
  );
}

function firstResult(steps: readonly ExplainableStep[], before: number, key: string): Source | undefined {
  for (const [step, { ok, result }] of steps.slice(0, before).entries()) {
    const path = ok ? contents(result).get(key) : undefined;
    if (path !== undefined) return { type: 'result', step, path };
  }
  return undefined;
}

function toldBy(said: Said): Map<string, Source> {
  const told = new Map<string, Source>();
  const learn = (value: Leaf['value'], source: Source) => {
    const key = keyOf(value);
    if (!told.has(key)) told.set(key, source);
  };
  for (const [fact, value] of Object.entries(said.identity)) learn(value, { type: 'identity', fact });
  for (const request of said.requests)
    for (const [slot, value] of Object.entries(request.mentioned))
      for (const leaf of leaves(value)) learn(leaf.value, { type: 'user', request: request.id, slot });
  return told;
}

/** What a result tells: its scalars, and the keys of its objects, each with the first path it is found at. */
function contents(result: Json): ReadonlyMap<string, string> {
  return typeof result === 'object' && result !== null ? contentsOf(result) : pathsOf(leaves(result));
}

// Tasks are explained many times over, always from the same rows.
const contentsOf = remember((result: Json & object) => pathsOf([...leaves(result), ...keys(result)]));

function pathsOf(found: readonly Leaf[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { value, path } of found) {
    const key = keyOf(value);
    if (!paths.has(key)) paths.set(key, path);
  }
  return paths;
}

// Objects indexed by id carry the id only as a key ({"paypal_1": {...}}).
function keys(value: Json, path = ''): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((inner: Json, i) => keys(inner, `${path}.${i}`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { path: `${path}.${key}`, value: key },
    ...keys(inner, `${path}.${key}`),
  ]);
}

function toolSource(domain: Domain, call: ToolCall, leaf: Leaf): Source | null {
  const tool = domain.tool(call.name);
  if (tool === undefined) return null;
  const [parameter = ''] = leaf.path.split('.');
  if (tool.freeText.includes(parameter)) return { type: 'tool' };
  const properties = tool.jsonSchema.properties;
  const schema = isJsonObject(properties) ? properties[parameter] : undefined;
  const choices = isJsonObject(schema)
    ? (schema.enum ?? schema.examples ?? (schema.const === undefined ? undefined : [schema.const]))
    : undefined;
  return Array.isArray(choices) && choices.includes(leaf.value) ? { type: 'tool' } : null;
}

/**
 * The indices of reads that can go: without them every remaining argument still has a source, and every record
 * in `evidence` that some read showed is still shown by one. The calls in `needed` stay: what they tell is told to
 * the user, and no argument shows it.
 */
export function superfluousReads(
  domain: Domain,
  said: Said,
  steps: readonly ExplainableStep[],
  evidence: readonly RecordRef[],
  needed: readonly ToolCall[] = [],
): Set<number> {
  const skip = new Set<number>();
  const needs = [...neededResults(domain, said, steps), ...neededRecords(steps, evidence)];
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    const step = steps[i];
    if (step?.kind !== 'read') continue;
    const { call } = step;
    if (needed.some((other) => sameJson([other], [call]))) continue;
    const isNeeded = needs.some(
      ({ step: needing, givenBy }) =>
        givenBy.includes(i) && !skip.has(needing) && givenBy.every((giver) => giver === i || skip.has(giver)),
    );
    if (!isNeeded) skip.add(i);
  }
  return skip;
}

/** Something that a step needs (-1: the trajectory as a whole), and the steps that give it. */
interface Need {
  readonly step: number;
  readonly givenBy: readonly number[];
}

/** Arguments that only results explain. */
function neededResults(domain: Domain, said: Said, steps: readonly ExplainableStep[]): Need[] {
  const told = toldBy(said);
  return steps.flatMap((step, index) =>
    leaves(step.call.arguments).flatMap((leaf): Need[] => {
      const key = keyOf(leaf.value);
      if (told.has(key) || toolSource(domain, step.call, leaf) !== null) return [];
      const givers = steps.flatMap((other, i) =>
        i < index && other.ok && contents(other.result).has(key) ? [i] : [],
      );
      return [{ step: index, givenBy: givers }];
    }),
  );
}

function neededRecords(steps: readonly ExplainableStep[], evidence: readonly RecordRef[]): Need[] {
  return evidence.map((ref) => ({
    step: -1,
    givenBy: steps.flatMap((step, i) => (isShown(step, ref) ? [i] : [])),
  }));
}

const isShown = (step: ExplainableStep, ref: RecordRef) =>
  step.kind === 'read' &&
  step.ok &&
  step.shows.some((shown) => shown.table === ref.table && shown.id === ref.id);

/**
 * Puts back what answers need: an information request whose reads were all taken out keeps its last one.
 * `reads` are the reads of one information request.
 */
export function keepAnswer(
  steps: readonly ExplainableStep[],
  skip: Set<number>,
  reads: readonly ToolCall[],
): void {
  const indices = steps.flatMap((step, i) =>
    reads.some((read) => sameJson([read], [step.call])) ? [i] : [],
  );
  const last = indices.at(-1);
  if (last !== undefined && indices.every((index) => skip.has(index))) skip.delete(last);
}

/** The scalars and literal values that mentions put into words, per slot. */
export function mentionedJson(
  mentions: Readonly<Record<string, { attributes: JsonObject; value?: Json | undefined }>>,
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(mentions).map(([slot, mention]) => [
      slot,
      mention.value === undefined ? mention.attributes : { ...mention.attributes, value: mention.value },
    ]),
  );
}
