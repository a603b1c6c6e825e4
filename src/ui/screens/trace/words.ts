import type { AgentIdentity, RequestStatus, TerminationReason } from '#core/rollout/event.ts';

/** What a reader looks through. Each shows all that the one before shows, and more. */
export type Perspective = 'agent' | 'user' | 'truth';

export const perspectives = [
  { id: 'agent', label: 'Agent sees' },
  { id: 'user', label: 'User hides' },
  { id: 'truth', label: 'Ground truth' },
] as const satisfies readonly { id: Perspective; label: string }[];

export const terminationWords: Readonly<Record<TerminationReason, string>> = {
  user_stop: 'the user had nothing more to say',
  agent_transfer: 'the agent handed the user to a human',
  max_turns: 'the limit of turns was reached',
  max_errors: 'too many tool errors',
  agent_error: 'the agent broke down',
  model_error: 'the model failed',
  network_error: 'the network failed',
  context_exceeded: "the conversation did not fit into the model's context",
  budget_reached: 'the spending limit was reached',
  user_error: 'the user simulator failed',
  cancelled: 'cancelled',
};

export const seatWords = { agent: 'Model', reader: 'Reader', voice: 'Voice' } as const;

export const methodWords = {
  native: "in the model's own form",
  grammar: 'by a grammar',
  prompt: 'in words',
} as const;

export const statusWords: Readonly<Record<RequestStatus, string>> = {
  open: 'open',
  retracted: 'taken back',
  done: 'done',
  refused: 'refused',
  transferred: 'transferred',
  alternative: 'alternative accepted',
};

export const agentKindWords: Readonly<Record<AgentIdentity['kind'], string>> = {
  scripted: 'scripted baseline',
  model: 'model',
  human: 'played by hand',
  recorded: 'recorded',
};
