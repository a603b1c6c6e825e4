import type { Domain } from '../environment/index.ts';
import type { Change } from '../transform/index.ts';
import type { AgentAct } from './event.ts';

/** What has happened that may change a user's mind. */
export interface Noticed {
  readonly domain: Domain;
  /** What the agent's last message does. */
  readonly acts: readonly AgentAct[];
  /** The number of the user's message that is due. */
  readonly turn: number;
  /** Tools whose writes have succeeded. */
  readonly returned: ReadonlySet<string>;
  /** Facts that the agent has stated: "request/key". */
  readonly stated: ReadonlySet<string>;
  /** Whether nothing is left to talk about. */
  readonly isOver: boolean;
}

/** Whether a change's time has come. */
export function isTriggered({ trigger }: Change, noticed: Noticed): boolean {
  const { domain, acts, turn, returned, stated, isOver } = noticed;
  const confirming = acts.filter((act) => act.type === 'ask_confirmation');
  // What is only looked up decides nothing.
  const steps = acts.filter(
    (act) => act.type === 'ask_action' && domain.tool(act.call.name)?.kind === 'write',
  );
  switch (trigger.type) {
    case 'asked_to_confirm':
      return confirming.some((act) => act.request === trigger.request && act.tool === trigger.tool);
    case 'asked_to_act':
      return [...confirming, ...steps].some((act) => 'request' in act && act.request === trigger.request);
    case 'tool_returned':
      return returned.has(trigger.tool);
    case 'turn':
      // At the latest when a yes would make it too late, or when nothing else is left to talk about.
      return turn >= trigger.turn || confirming.length + steps.length > 0 || isOver;
    case 'stated':
      return stated.has(`${trigger.request}/${trigger.key}`);
  }
}
