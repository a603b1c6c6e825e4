import type { Domain } from '#core/environment/index.ts';
import type { AgentAct } from '#core/rollout/index.ts';
import type { Request } from '#core/transform/index.ts';

/** What a message of a person in the agent's seat may be about. */
export interface MessageKind {
  readonly id: string;
  readonly label: string;
  /** Null leaves it to whoever reads. */
  readonly acts: readonly AgentAct[] | null;
}

export const AS_READ: MessageKind = { id: 'read', label: 'what my words say', acts: null };

/** The choices, by the requests that are open. */
export function messageKinds(domain: Domain, open: readonly Request[]): readonly MessageKind[] {
  const several = open.length > 1;
  return [
    AS_READ,
    { id: 'identity', label: 'a question: who are you', acts: [{ type: 'ask_identity' }] },
    ...open.flatMap((request): MessageKind[] => {
      const intent = domain.intent(request.intent);
      const about = several ? ` (${intent?.title ?? request.intent})` : '';
      const { id } = request;
      return [
        ...(intent?.slots ?? []).map(({ name, title }): MessageKind => ({
          id: `slot:${id}.${name}`,
          label: `a question: which ${title}${about}`,
          acts: [{ type: 'ask_slot', request: id, slot: name }],
        })),
        {
          id: `yes:${id}`,
          label: `I want a yes${about}`,
          acts: [{ type: 'ask_confirmation', request: id, tool: intent?.tool ?? request.intent }],
        },
        { id: `done:${id}`, label: `it is done${about}`, acts: [{ type: 'report_done', request: id }] },
        { id: `no:${id}`, label: `a no${about}`, acts: [{ type: 'refuse', request: id, rule: null }] },
      ];
    }),
    ...(domain.transferTool === undefined
      ? [{ id: 'transfer', label: 'I hand you over', acts: [{ type: 'transfer' as const }] }]
      : []),
    { id: 'tell', label: 'nothing to answer', acts: [{ type: 'acknowledge' }] },
  ];
}
