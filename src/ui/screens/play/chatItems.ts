import { requestorOf, type ToolCall } from '#core/environment/index.ts';
import type { AgentAct, RolloutEvent } from '#core/rollout/index.ts';
import type { Seat } from './Game.svelte.ts';

type Result = Extract<RolloutEvent, { type: 'tool-result' }>;

/** One piece of the talk as the person sees it. */
export type ChatItem = { readonly index: number } & (
  | {
      readonly kind: 'message';
      readonly role: 'user' | 'agent';
      readonly text: string;
      readonly acts: readonly AgentAct[];
    }
  | {
      readonly kind: 'call';
      readonly call: ToolCall;
      readonly result:
        { readonly ok: boolean; readonly content: string; readonly changed: number } | undefined;
    }
  | { readonly kind: 'mark'; readonly text: string }
);

/** Messages, calls of the person's own side, and a mark where the other side used a tool that they cannot see. */
export function chatItems(events: readonly RolloutEvent[], seat: Seat): readonly ChatItem[] {
  const results = new Map<number, Result>();
  for (const event of events) if (event.type === 'tool-result') results.set(event.call, event);
  const items: ChatItem[] = [];
  for (const event of events) {
    const { index } = event;
    if (event.type === 'user-message')
      items.push({ index, kind: 'message', role: 'user', text: event.text, acts: [] });
    else if (event.type === 'agent-message')
      items.push({ index, kind: 'message', role: 'agent', text: event.text, acts: event.acts });
    else if (event.type === 'tool-call') {
      const mine = (requestorOf(event.call) === 'user') === (seat === 'user');
      const result = results.get(index);
      if (mine)
        items.push({
          ...{ index, kind: 'call', call: event.call },
          result: result && { ok: result.ok, content: result.content, changed: rows(result) },
        });
      else if (items.at(-1)?.kind !== 'mark')
        items.push({
          ...{ index, kind: 'mark' },
          text: seat === 'user' ? 'The agent is using its tools.' : 'The user is using their own tools.',
        });
    }
  }
  return items;
}

const rows = ({ changed }: Result) =>
  Object.values(changed).reduce((sum, byId) => sum + Object.keys(byId).length, 0);
