import type { Domain, State } from '../../environment/index.ts';
import type { Request, UserProgram } from '../../transform/index.ts';
import type { AgentAct, RolloutEvent } from '../event.ts';
import { readByRules } from '../seat/ruleSeat.ts';
import type { ReadInput } from '../seat/seat.ts';

/** A rollout that is under way, as far as it has come. */
export interface SoFar {
  readonly domain: Domain;
  readonly program: UserProgram;
  readonly state: State;
  readonly events: readonly RolloutEvent[];
}

/** The requests that have not ended, by the events alone. */
export function openRequests({ program, events }: Pick<SoFar, 'program' | 'events'>): readonly Request[] {
  const status = new Map<string, string>();
  let goal: readonly Request[] = program.requests;
  for (const event of events) {
    if (event.type === 'request-status') status.set(event.request, event.status);
    if (event.type === 'change-fired') goal = event.goal;
  }
  return goal.filter(({ id }) => (status.get(id) ?? 'open') === 'open');
}

/** What a user without a model would take a message for, if it were sent now. */
export function heardByRules(soFar: SoFar, text: string): AgentAct[] {
  return readByRules(readInput(soFar, text));
}

function readInput({ domain, program, state, events }: SoFar, text: string): ReadInput {
  const open = openRequests({ program, events });
  const ways = new Set(domain.identity.ways.map(({ tool }) => tool));
  const isIdentified = events.some((event) => {
    if (event.type !== 'tool-result' || !event.ok) return false;
    const call = events[event.call];
    return call?.type === 'tool-call' && ways.has(call.call.name);
  });
  return { domain, program, state, events, text, open, goal: open, isIdentified };
}
