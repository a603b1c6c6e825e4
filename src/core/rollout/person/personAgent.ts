import { contradicted, servedSince, statedFacts } from '../seat/situation.ts';
import type { ReadInput, UserSeat } from '../seat/seat.ts';
import type { ToolCall } from '../../environment/index.ts';
import type { Agent, AgentInput } from '../agent.ts';
import type { AgentAct, AgentIdentity } from '../event.ts';

/** A person in the agent's seat. */
export const HUMAN: AgentIdentity = { id: 'human', title: 'Person', kind: 'human' };

/** What a person does next as the agent. */
export type AgentMove =
  | { readonly type: 'call'; readonly call: ToolCall }
  | {
      readonly type: 'say';
      readonly text: string;
      /** What the message is about, where they chose it; null leaves that to whoever reads for the user. */
      readonly acts: readonly AgentAct[] | null;
    };

/** Shows a person what came in, and waits for what they do. Rejects when the signal fires. */
export type AskAgent = (input: AgentInput, signal?: AbortSignal) => Promise<AgentMove>;

/**
 * Seats a person as the agent. They write prose, and may say themselves what a message is about; then the user hears
 * that, and besides what is plain from the calls and the words: facts that are stated, and what has been done.
 */
export function personAtAgent(
  ask: AskAgent,
  reader: UserSeat,
): { readonly agent: Agent; readonly user: UserSeat } {
  let chosen: readonly AgentAct[] | null = null;
  const agent: Agent = {
    identity: HUMAN,
    description: 'A person, who reads the policy and fills in the tools by hand.',
    start: () => ({
      async next(input, signal) {
        const move = await ask(input, signal);
        if (move.type === 'call') return move;
        chosen = move.acts;
        return { type: 'message', text: move.text, acts: [] };
      },
    }),
  };
  const user: UserSeat = {
    ...reader,
    read: (input, signal) =>
      chosen === null
        ? reader.read(input, signal)
        : Promise.resolve({ acts: withWhatIsPlain(input, chosen), note: null }),
  };
  return { agent, user };
}

/** What a person says about a request's end leaves nothing to conclude from calls. */
const ends: ReadonlySet<AgentAct['type']> = new Set(['report_done', 'refuse']);

/** Acts that were chosen, and those that nobody has to choose. */
export function withWhatIsPlain(input: ReadInput, chosen: readonly AgentAct[]): AgentAct[] {
  const done = servedSince(input)
    .filter(({ id }) => !chosen.some((act) => ends.has(act.type) && 'request' in act && act.request === id))
    .map(({ id }): AgentAct => ({ type: 'report_done', request: id }));
  return [...statedFacts(input), ...done, ...chosen.map((act) => withWrongWords(input, act))];
}

/** A yes that is wanted without a call to look at: the words may still name something else than is wanted. */
function withWrongWords(input: ReadInput, act: AgentAct): AgentAct {
  if (act.type !== 'ask_confirmation' || act.call !== undefined) return act;
  const request = input.open.find(({ id }) => id === act.request);
  return request === undefined ? act : { ...act, wrong: contradicted(input, request) };
}
