import type { Domain, State } from '../../environment/index.ts';
import { contextOf, requestValues } from '../../transform/index.ts';
import type { Change, Mention, Request, UserProgram } from '../../transform/index.ts';

/** Instructions for a simulated user that is played by a model, as tau2-bench writes them. */
export interface UserInstructions {
  readonly domain: string;
  readonly reason_for_call: string;
  readonly known_info: string | null;
  readonly unknown_info: string | null;
  readonly task_instructions: string;
}

/** For users who hold tools of their own; it comes before the rest. */
const WITH_TOOLS =
  'When the agent asks you to look at something or to do something on your side, use your tool for it and tell what you see, unless you are told here not to.';

const ALWAYS = [
  'Say yes to a change only when the details that the agent lists are the ones you want. If one of them is different, say no and say what you want instead.',
  'Say only what stands here, in your own words. If you are asked for anything else, say that you do not know.',
  'Do not end the conversation before the agent has dealt with everything you want and has told you so.',
];

/**
 * A user program as prose. It tells what the program holds, with when to say it, and nothing else: no record ids that
 * the user would not name, no tool, no rule, no reason, and not what the task is about to test. Every request says how
 * to take a no, so that this tells nothing either.
 */
export function userInstructions(domain: Domain, state: State, program: UserProgram): UserInstructions {
  const known = knownInfo(program);
  if (program.requests.length === 0)
    return {
      domain: domain.id,
      reason_for_call: program.openingText,
      known_info: known,
      unknown_info: null,
      task_instructions: ALWAYS.join('\n'),
    };
  const everything = [...program.requests, ...program.changes.flatMap((change) => change.add)];
  const about = (request: Request) => titleOf(domain, request);
  return {
    domain: domain.id,
    reason_for_call: `Your first message says this, no more and no less: "${program.openingText}"`,
    known_info: known,
    unknown_info: unknownInfo(domain, everything),
    task_instructions: [
      ...everything.flatMap((request) => answers(domain, request)),
      ...program.changes.flatMap((change) => changeLines(domain, state, program, everything, change)),
      ...everything.map((request) => refusalLine(about(request), program.refusals[request.id])),
      ...(program.unwilling ?? []).map(
        ({ tool, text }) => `If the agent asks you to ${words(tool)}, do not, and say: "${text}"`,
      ),
      ...(domain.userSide === undefined ? [] : [WITH_TOOLS]),
      ...ALWAYS,
    ].join('\n'),
  };
}

function knownInfo(program: UserProgram): string | null {
  const facts = Object.entries(program.identity).map(([fact, value]) => `${words(fact)} ${value}`);
  if (facts.length === 0) return null;
  const when = program.identityInOpening
    ? 'You have said so in your first message; say it again if asked.'
    : 'Say so when the agent asks who you are.';
  return `Your ${facts.join(', ')}. ${when}`;
}

function unknownInfo(domain: Domain, requests: readonly Request[]): string | null {
  const lines = requests.flatMap((request) =>
    Object.entries(request.slots)
      .filter(([, entry]) => entry.reveal === 'never')
      .map(([slot]) => `You do not know the ${slotTitle(domain, request, slot)}.`),
  );
  return lines.length === 0 ? null : lines.join(' ');
}

/** What to say when asked, slot by slot. A slot that the opening decides may be asked for as well. */
function answers(domain: Domain, request: Request): string[] {
  const about = titleOf(domain, request);
  return Object.entries(request.slots).flatMap(([slot, entry]) => {
    if (entry.reveal === 'never') return [];
    const title = slotTitle(domain, request, slot);
    const when =
      entry.reveal === 'opening'
        ? `If the agent asks for the ${title} (${about})`
        : entry.reveal === 'when_wrong'
          ? `Only if the agent states another ${title} (${about})`
          : `Only when the agent asks for the ${title} (${about}), and not before`;
    return [`${when}: ${quoted(entry.mention)}.`];
  });
}

function changeLines(
  domain: Domain,
  state: State,
  program: UserProgram,
  requests: readonly Request[],
  change: Change,
): string[] {
  const later = Object.entries(change.set).flatMap(([id, slots]) => {
    const request = requests.find((other) => other.id === id);
    if (request === undefined) return [];
    return Object.entries(slots).map(
      ([slot, entry]) =>
        `From then on the ${slotTitle(domain, request, slot)} (${titleOf(domain, request)}) is ${quoted(entry.mention)}.`,
    );
  });
  const dropped = requests
    .filter((request) => change.remove.includes(request.id))
    .map((request) => `From then on you do not want to ${titleOf(domain, request)} any more.`);
  return [
    `${moment(domain, state, program, requests, change)}, say this once, instead of a yes: "${change.text}"`,
    ...later,
    ...dropped,
  ];
}

/** The moment of a change, as a user can notice it. */
function moment(
  domain: Domain,
  state: State,
  program: UserProgram,
  requests: readonly Request[],
  { trigger }: Change,
): string {
  const named = (id: string) => requests.find((request) => request.id === id);
  switch (trigger.type) {
    case 'asked_to_act': {
      const request = named(trigger.request);
      const wish = request === undefined ? 'what you want' : titleOf(domain, request);
      return `When the agent first asks for your yes or asks you to do something about this (${wish})`;
    }
    case 'asked_to_confirm': {
      const request = named(trigger.request);
      return request === undefined
        ? 'When the agent asks you to confirm a change'
        : `When the agent asks you to confirm that it will ${titleOf(domain, request)}`;
    }
    case 'tool_returned': {
      const done = requests.find((request) => domain.intent(request.intent)?.tool === trigger.tool);
      return done === undefined
        ? 'As soon as the agent has changed something for you'
        : `As soon as the agent has told you that it is done (${titleOf(domain, done)})`;
    }
    case 'turn':
      return `In your message number ${trigger.turn}, or earlier if the agent asks you to confirm something before that`;
    case 'stated': {
      const request = named(trigger.request);
      const title =
        request === undefined ? words(trigger.key) : factTitle(domain, state, program, request, trigger.key);
      return `Before you say yes, ask for ${title} if the agent has not told you. When it tells you ${title}`;
    }
  }
}

function factTitle(
  domain: Domain,
  state: State,
  program: UserProgram,
  request: Request,
  key: string,
): string {
  const intent = domain.intent(request.intent);
  if (intent === undefined) return words(key);
  const context = contextOf(state, program.userId, intent, requestValues(request));
  return intent.quotes?.(context).find((fact) => fact.key === key)?.title ?? words(key);
}

function refusalLine(about: string, reaction: UserProgram['refusals'][string] | undefined): string {
  const no = `If the agent says that it cannot ${about}`;
  if (reaction === undefined) return `${no}, accept that: "All right, then leave it."`;
  if (reaction.type === 'accept') return `${no}, accept that: "${reaction.text}"`;
  if (reaction.type === 'accept_alternative') return `${no}, say: "${reaction.text}"`;
  const insists = reaction.texts.map((text) => `"${text}"`).join(' Then, if it says no again: ');
  return `${no}, insist: ${insists} After that accept it: "${reaction.text}"`;
}

/** A request as an imperative inside a sentence: "return an item". */
export function titleOf(domain: Domain, request: Request): string {
  const title = domain.intent(request.intent)?.title ?? words(request.intent);
  return title.charAt(0).toLowerCase() + title.slice(1);
}

const slotTitle = (domain: Domain, request: Request, slot: string) =>
  domain.intent(request.intent)?.slots.find(({ name }) => name === slot)?.title ?? words(slot);
const quoted = (mention: Mention) => `"${mention.text}"`;
const words = (name: string) => name.replaceAll(/[_-]+/g, ' ');
