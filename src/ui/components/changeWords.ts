import type { Change, Trigger } from '#core/transform/userProgram.ts';

/** What a change of mind does, in a few words. */
export const changeKindWords: Readonly<Record<Change['kind'], string>> = {
  substitute: 'Wants another value',
  retract: 'Takes a request back',
  extend: 'Adds a request',
  replace: 'Wants something else instead',
  reorder: 'Changes the order',
  'condition-driven': 'Decides on what the agent says',
  emerge: 'Finds a second problem on the way',
};

/** When a change fires: "when the agent asks to confirm cancel_order". */
export function triggerWords(trigger: Trigger): string {
  switch (trigger.type) {
    case 'asked_to_confirm':
      return `when the agent asks to confirm ${trigger.tool}`;
    case 'asked_to_act':
      return 'when the agent asks for a step';
    case 'tool_returned':
      return `after ${trigger.tool} returned`;
    case 'turn':
      return `in the user's message ${trigger.turn}`;
    case 'stated':
      return `when the agent states the ${trigger.key.replaceAll('_', ' ')}`;
  }
}
