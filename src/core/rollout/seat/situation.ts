import { candidatesOf, says, sameJson } from '../../environment/index.ts';
import type { Fact, Slot, ToolCall } from '../../environment/index.ts';
import { contextOf, requestValues, type Request } from '../../transform/index.ts';
import type { AgentAct } from '../event.ts';
import type { ReadInput } from './seat.ts';

/** The facts about a request that an agent may state, as the database has them. */
export function factsOf({ domain, state, program }: ReadInput, request: Request): readonly Fact[] {
  const intent = domain.intent(request.intent);
  if (intent === undefined) return [];
  const context = contextOf(state, program.userId, intent, requestValues(request));
  return [...(intent.answer?.(context) ?? []), ...(intent.quotes?.(context) ?? [])];
}

/** Facts that a message states: whoever reads it, a value is there or it is not. */
export function statedFacts(input: ReadInput): AgentAct[] {
  return input.open.flatMap((request): AgentAct[] => {
    const facts = factsOf(input, request).filter(({ value }) => says(input.text, value));
    if (facts.length === 0) return [];
    return [
      {
        type: 'state_facts',
        request: request.id,
        facts: facts.map(({ key, title, value }) => ({ key, title, value })),
      },
    ];
  });
}

/** Open requests whose call ran since the user last spoke. One call serves one of them: the one that it fits best. */
export function servedSince(input: ReadInput): readonly Request[] {
  const from = input.events.findLastIndex((event) => event.type === 'user-message');
  const recent = input.events.slice(from + 1);
  const served = recent.flatMap((event) => {
    if (event.type !== 'tool-call') return [];
    const ran = recent.some(
      (other) => other.type === 'tool-result' && other.call === event.index && other.ok,
    );
    return ran ? (fitting(input, event.call) ?? []) : [];
  });
  return input.open.filter((request) => served.includes(request));
}

function fitting({ domain, open, state }: ReadInput, call: ToolCall): Request | undefined {
  const agreeing = (request: Request) => {
    const values = domain.intent(request.intent)?.parse?.(state, call)?.values ?? {};
    return Object.entries(request.slots).filter(([slot, entry]) => sameJson(values[slot], entry.value))
      .length;
  };
  return open
    .filter((request) => domain.intent(request.intent)?.tool === call.name)
    .toSorted((a, b) => agreeing(b) - agreeing(a))[0];
}

/** Slots of a request for which a message names another candidate by its label or value, and not the user's own. */
export function contradicted(input: ReadInput, request: Request): string[] {
  const intent = input.domain.intent(request.intent);
  if (intent === undefined) return [];
  const context = contextOf(input.state, input.program.userId, intent, requestValues(request));
  return intent.slots.flatMap((slot): string[] => {
    const entry = request.slots[slot.name];
    if (entry === undefined || entry.reveal === 'never') return [];
    const earlier = { ...context, values: valuesBefore(intent.slots, slot, context.values) };
    const others = candidatesOf(slot, earlier).filter((candidate) => !sameJson(candidate.value, entry.value));
    const names = (value: unknown, label: string) =>
      (typeof value === 'string' && value.length > 2 && says(input.text, value)) ||
      (label !== '' && says(input.text, label));
    return others.some(({ value, label }) => names(value, label)) && !names(entry.value, entry.label)
      ? [slot.name]
      : [];
  });
}

function valuesBefore(slots: readonly Slot[], slot: Slot, values: Readonly<Record<string, unknown>>) {
  const names = slots.slice(0, slots.indexOf(slot)).map(({ name }) => name);
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name))) as ReturnType<
    typeof requestValues
  >;
}
