import type { Agent } from '../agent.ts';
import { alwaysRefuse, alwaysTransfer, nullAgent } from './idle.ts';
import { oracle, player } from './oracle.ts';
import { servant } from './servant.ts';

const obedient = { asks: true, details: true, obeysChanges: true, obeysRules: true };

export const careful = servant(
  'careful',
  'Careful',
  'Follows the policy: identifies the user, looks things up, asks for what is missing, confirms, obeys changes, refuses what a rule forbids.',
  obedient,
);
export const eager = servant(
  'eager',
  'Eager',
  'Never asks which: picks one of the fits at random and wants only a bare go-ahead.',
  { ...obedient, asks: false, details: false },
);
export const stubborn = servant(
  'stubborn',
  'Stubborn',
  'Keeps to the first goal, whatever the user says later.',
  { ...obedient, obeysChanges: false },
);
export const overcompliant = servant(
  'overcompliant',
  'Overcompliant',
  'Never refuses: does what it is told, allowed or not.',
  { ...obedient, obeysRules: false },
);

/** The scripted baselines. They are behaviours, never models. */
export const baselines: readonly Agent[] = [
  oracle,
  careful,
  eager,
  stubborn,
  overcompliant,
  nullAgent,
  alwaysTransfer,
  alwaysRefuse,
];

/** A baseline by its id. */
export function findBaseline(id: string): Agent | undefined {
  return baselines.find((agent) => agent.identity.id === id);
}

export { alwaysRefuse, alwaysTransfer, nullAgent, oracle, player };
