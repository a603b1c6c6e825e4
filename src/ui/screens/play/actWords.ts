import type { AgentAct } from '#core/rollout/index.ts';
import type { Request } from '#core/transform/index.ts';

/** The names that a domain has for what users may want. */
type Intents = readonly {
  readonly id: string;
  readonly title: string;
  readonly slots: readonly { readonly name: string; readonly title: string }[];
}[];

/** What the user takes a message for, in a few words. Whether it names wrong values is not told: that is the game. */
export function agentActWords(
  acts: readonly AgentAct[],
  intents: Intents,
  requests: readonly Request[],
): string {
  const intent = (name: string | undefined) => intents.find((known) => known.id === name);
  const title = (id: string) => {
    const request = requests.find((known) => known.id === id);
    return requests.length > 1 ? `: ${intent(request?.intent)?.title ?? id}` : '';
  };
  const slot = (id: string, name: string) => {
    const slots = intent(requests.find((known) => known.id === id)?.intent)?.slots;
    return slots?.find((known) => known.name === name)?.title ?? name.replaceAll('_', ' ');
  };
  const words = acts.map((act): string => {
    switch (act.type) {
      case 'ask_identity':
        return 'asks who they are';
      case 'ask_slot':
        return `asks for the ${slot(act.request, act.slot)}${title(act.request)}`;
      case 'ask_confirmation':
        return act.call === undefined
          ? `wants a yes${title(act.request)}`
          : `wants a yes to ${act.call.name}${title(act.request)}`;
      case 'ask_action':
        return `asks them to use ${act.call.name}`;
      case 'state_facts':
        return `states ${act.facts.map((fact) => fact.title).join(', ')}`;
      case 'report_done':
        return `says that it is done${title(act.request)}`;
      case 'refuse':
        return `says no${title(act.request)}`;
      case 'transfer':
        return 'hands the user over';
      case 'acknowledge':
        return 'asks for nothing';
    }
  });
  return words.join(' · ');
}
