import type { Agent, AgentContext, AgentInput, AgentSession, AgentTurn } from '../agent.ts';
import { agentTexts } from '../agentWording.ts';
import type { AgentAct } from '../event.ts';

/** Makes a baseline that never looks anything up. */
function idle(
  id: string,
  title: string,
  description: string,
  next: (context: AgentContext, input: AgentInput) => AgentTurn,
): Agent {
  return {
    identity: { id, title, kind: 'scripted' },
    description,
    start: (context): AgentSession => ({ next: (input) => next(context, input) }),
  };
}

/** Only talks. */
export const nullAgent = idle('null', 'Null', 'Only talks. It must pass nothing.', ({ random }) => ({
  type: 'message',
  text: random.pick(agentTexts.small),
  acts: [{ type: 'acknowledge' }],
}));

/** Hands every user over at once. */
export const alwaysTransfer = idle(
  'always-transfer',
  'Always transfer',
  'Hands every user to a human at once. It must pass nothing.',
  ({ domain }) => {
    const tool = domain.transferTool;
    if (tool === undefined)
      return { type: 'message', text: agentTexts.transfer[0], acts: [{ type: 'transfer' }] };
    return {
      type: 'call',
      call: {
        name: tool.name,
        arguments: Object.fromEntries(tool.freeText.map((name) => [name, 'Handed over.'])),
      },
    };
  },
);

/** Says no to every request at once. */
export const alwaysRefuse = idle(
  'always-refuse',
  'Always refuse',
  'Says no to everything. It must pass nothing.',
  ({ random }, input) => {
    const requests =
      input.type === 'user' ? input.acts.flatMap((act) => ('request' in act ? [act.request] : [])) : [];
    const acts = [...new Set(requests)].map((request): AgentAct => ({ type: 'refuse', request, rule: null }));
    return {
      type: 'message',
      text: random.pick(agentTexts.refusal),
      acts: acts.length > 0 ? acts : [{ type: 'acknowledge' }],
    };
  },
);
