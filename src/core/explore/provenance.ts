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
}

const keyOf = (value: Leaf['value']) => `${typeof value}:${value}`;

/**
 * For every leaf argument of every step, where its value was first available: what the user said, or the result
 * of an earlier step. `null` means that nothing explains it. `skip` leaves some steps' results out of account.
 */
export function explain(
  domain: Domain,
  said: Said,
  steps: readonly ExplainableStep[],
  skip: ReadonlySet<number> = new Set(),
): ArgumentSource[][] {
  const known = new Map<string, Source>();
  const learn = (value: Leaf['value'], source: Source) => {
    const key = keyOf(value);
    if (!known.has(key)) known.set(key, source);
  };
  for (const [fact, value] of Object.entries(said.identity)) learn(value, { type: 'identity', fact });
  for (const request of said.requests)
    for (const [slot, value] of Object.entries(request.mentioned))
      for (const leaf of leaves(value)) learn(leaf.value, { type: 'user', request: request.id, slot });
  return steps.map((step, index) => {
    const sources = skip.has(index)
      ? []
      : leaves(step.call.arguments).map((leaf) => ({
          argument: leaf.path,
          source: known.get(keyOf(leaf.value)) ?? toolSource(domain, step.call, leaf),
        }));
    if (step.ok && !skip.has(index)) {
      for (const { value, path } of contents(step.result))
        learn(value, { type: 'result', step: index, path });
    }
    return sources;
  });
}

/** What a result tells: its scalars, then the keys of its objects. */
function contents(result: Json): readonly Leaf[] {
  return typeof result === 'object' && result !== null ? contentsOf(result) : leaves(result);
}

// A trajectory is explained once per read that may go, always from the same results.
const contentsOf = remember((result: Json & object) => [...leaves(result), ...keys(result)]);

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
 * in `evidence` that some read showed is still shown by one.
 */
export function superfluousReads(
  domain: Domain,
  said: Said,
  steps: readonly ExplainableStep[],
  evidence: readonly RecordRef[],
): Set<number> {
  const skip = new Set<number>();
  const showsAll = (dropped: ReadonlySet<number>) =>
    evidence.every(
      (ref) =>
        !steps.some((step) => isShown(step, ref)) ||
        steps.some((step, i) => !dropped.has(i) && isShown(step, ref)),
    );
  const before = countUnexplained(explain(domain, said, steps));
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    if (steps[i]?.kind !== 'read') continue;
    const dropped = new Set(skip).add(i);
    if (showsAll(dropped) && countUnexplained(explain(domain, said, steps, dropped)) <= before) skip.add(i);
  }
  return skip;
}

const isShown = (step: ExplainableStep, ref: RecordRef) =>
  step.kind === 'read' &&
  step.ok &&
  step.shows.some((shown) => shown.table === ref.table && shown.id === ref.id);

function countUnexplained(sources: readonly (readonly ArgumentSource[])[]): number {
  return sources.reduce((sum, step) => sum + step.filter((argument) => argument.source === null).length, 0);
}

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
