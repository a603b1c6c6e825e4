import { jsonSchema } from '../../environment/index.ts';
import { leaves } from '../../explore/index.ts';
import type { RolloutEvent, SimulatorFault } from '../event.ts';
import { inventedIn } from '../seat/audit.ts';
import type { Sayable, Standing } from './sayable.ts';

type Fault = Omit<SimulatorFault, 'turn'>;

/** A person's message, and what it says. */
export interface PersonWords {
  readonly standing: Standing;
  readonly text: string;
  readonly said: readonly Sayable[];
  readonly events: readonly RolloutEvent[];
}

/**
 * Holds what a person wrote as the user against the program that they were given. It finds what can be found in names,
 * numbers and ids, and in what they chose to say: told too early, made up, or left with something unsaid.
 */
export function auditPerson({ standing, text, said, events }: PersonWords): Fault[] {
  const early = said.filter(({ isDue }) => !isDue);
  const stops = said.some(({ effect }) => effect?.type === 'stop');
  const changed = new Set(
    said.flatMap(({ effect }) => (effect?.type === 'change' ? [effect.change.id] : [])),
  );
  const unsaid = standing.pending.filter(({ id }) => !changed.has(id));
  const left = standing.open.filter(({ id }) => !standing.refused.has(id));
  return [
    ...early.map(({ label }): Fault => ({
      kind: 'early_disclosure',
      detail: `The person told before its time: ${label}.`,
    })),
    ...inventedIn(text, known(standing, events)),
    ...(stops && unsaid.length > 0
      ? [{ kind: 'omission' as const, detail: 'The person left without telling their change of mind.' }]
      : []),
    ...(stops && left.length > 0
      ? [{ kind: 'early_stop' as const, detail: 'The person left while something was open.' }]
      : []),
  ];
}

/** Everything that a person may have their words from: the program, the talk, and what their own tools showed. */
function known({ program, used }: Standing, events: readonly RolloutEvent[]): string {
  const talk = events.flatMap((event) => {
    if (event.type === 'user-message' || event.type === 'agent-message') return [event.text];
    return [];
  });
  const values = leaves(jsonSchema.parse(program)).map(({ value }) => String(value));
  return [...values, ...talk, ...used.map(({ content }) => content)].join('\n');
}
