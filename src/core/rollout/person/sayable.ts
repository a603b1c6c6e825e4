/**
 * What a person in the user's seat can say now. They write as they like; what a message does for an agent that hears
 * acts, and for the program, is one of these: found in the words, or chosen.
 */
import { says, type Domain, type State, type ToolCall } from '../../environment/index.ts';
import { leaves } from '../../explore/index.ts';
import {
  applyChange,
  type Change,
  type Mention,
  type Request,
  type UserProgram,
} from '../../transform/index.ts';
import type { AgentAct, UserAct } from '../event.ts';
import { GOODBYE, NEGATION, YES } from '../seat/audit.ts';
import { changeActs, requestAct } from '../userActs.ts';
import { Wishes } from '../wishes.ts';

/** A tool that the person used since the agent last wrote. */
export interface Used {
  readonly call: ToolCall;
  readonly ok: boolean;
  readonly content: string;
}

/** How things stand when it is the person's turn. */
export interface Standing {
  readonly domain: Domain;
  readonly program: UserProgram;
  readonly state: State;
  /** What the agent's message does; nothing before the opening. */
  readonly acts: readonly AgentAct[];
  readonly isOpening: boolean;
  readonly goal: readonly Request[];
  readonly open: readonly Request[];
  /** Requests that the agent said no to, and that are open. */
  readonly refused: ReadonlySet<string>;
  /** Changes that were not said yet, and ids of those whose time has come. */
  readonly pending: readonly Change[];
  readonly triggered: ReadonlySet<string>;
  /** Slots that were told, "request.slot". */
  readonly told: ReadonlySet<string>;
  readonly used: readonly Used[];
}

/** What saying it does to the program. */
export type Effect =
  | { readonly type: 'change'; readonly change: Change }
  | { readonly type: 'settle' | 'accept'; readonly request: string }
  | { readonly type: 'stop' };

/** One thing to say. */
export interface Sayable {
  readonly id: string;
  readonly label: string;
  /** How the program says it; empty where it leaves that open. */
  readonly words: string;
  /** The agent's message asks for it, or it is the usual opening. */
  readonly isApt: boolean;
  /** Whether the program would say it now; it is counted as a fault when it is said earlier. */
  readonly isDue: boolean;
  /** The slot that it tells, "request.slot". */
  readonly slot: string | null;
  readonly effect: Effect | null;
  /** Whether a text says it. */
  isIn(text: string): boolean;
  /** What it is for an agent that hears acts. */
  acts(text: string): readonly UserAct[];
}

type Part = Partial<Sayable> & Pick<Sayable, 'id' | 'label' | 'acts'>;

/** Everything that can be said, what the agent asks for first. */
export function sayables(standing: Standing): readonly Sayable[] {
  const { isOpening, goal } = standing;
  const all = [
    ...standing.used.map((used, at) => performed(standing, used, at)),
    ...replies(standing),
    ...(isOpening ? goal.map((request) => wish(standing, request)) : []),
    identity(standing),
    ...goal.flatMap((request) => slots(standing, request)),
    ...standing.pending.map((change) => mind(standing, change)),
    goodbye(standing),
  ];
  return all.toSorted((a, b) => Number(b.isApt) - Number(a.isApt));
}

const sayable = (part: Part): Sayable => ({
  words: '',
  isApt: false,
  isDue: true,
  slot: null,
  effect: null,
  isIn: () => false,
  ...part,
});

function identity({ program, acts, isOpening }: Standing): Sayable {
  const facts = Object.entries(program.identity);
  const said = (text: string) => facts.filter(([, value]) => says(text, value));
  return sayable({
    id: 'identity',
    label: 'who you are',
    words: program.identityText,
    isApt: acts.some(({ type }) => type === 'ask_identity') || (isOpening && program.identityInOpening),
    isIn: (text) => said(text).length > 0,
    acts: (text) => {
      const some = said(text);
      return [{ type: 'identify', facts: Object.fromEntries(some.length > 0 ? some : facts) }];
    },
  });
}

function wish({ domain }: Standing, request: Request): Sayable {
  return sayable({
    id: `wish:${request.id}`,
    label: `your wish: ${titleOf(domain, request)}`,
    isApt: true,
    // Whoever opens a conversation says what they want, in whatever words.
    isIn: (text) => text.trim() !== '',
    acts: () => [{ ...requestAct(request), mentions: {} } as UserAct],
  });
}

function slots(standing: Standing, request: Request): Sayable[] {
  const { domain, acts, isOpening, told } = standing;
  const intent = domain.intent(request.intent);
  return Object.entries(request.slots).flatMap(([name, entry]): Sayable[] => {
    const slot = `${request.id}.${name}`;
    const title = intent?.slots.find((known) => known.name === name)?.title ?? name.replaceAll('_', ' ');
    const about = (act: AgentAct) => 'request' in act && act.request === request.id;
    const asked = acts.some((act) => about(act) && act.type === 'ask_slot' && act.slot === name);
    const stated = acts.some((act) => about(act) && act.type === 'ask_confirmation');
    const opens = isOpening && entry.opening !== null;
    const tell = (mention: Mention, id: string, label: string, isDue: boolean, isApt: boolean) =>
      sayable({
        ...{ id, label, words: mention.text, slot, isDue, isApt },
        isIn: (text) => mentions(text, mention),
        acts: () => [{ type: 'answer', request: request.id, slot: name, mention }],
      });
    const { opening, mention } = entry;
    const isDue =
      entry.reveal !== 'never' && (told.has(slot) || asked || stated || (opens && same(opening, mention)));
    const full = tell(
      mention,
      `slot:${slot}`,
      `${title}: ${entry.label || mention.text}`,
      isDue,
      asked || (opens && isDue),
    );
    const hint =
      isOpening && opening !== null && !same(opening, mention)
        ? [tell(opening, `hint:${slot}`, `${title}, no more than: ${opening.text}`, true, true)]
        : [];
    const unknown = asked
      ? [
          sayable({
            id: `unknown:${slot}`,
            label: `that you cannot say the ${title}`,
            words: 'I do not know.',
            isApt: entry.reveal === 'never',
            isIn: (text) => /\b(do not|don't|no) (know|idea|remember)\b/i.test(text),
            acts: () => [{ type: 'cannot_say', request: request.id, slot: name }],
          }),
        ]
      : [];
    return [...hint, full, ...unknown];
  });
}

const same = (opening: Mention | null, mention: Mention) =>
  JSON.stringify(opening?.attributes) === JSON.stringify(mention.attributes);

/** Whether a text refers to a value as a mention does: by its words, or by everything that it names. */
function mentions(text: string, mention: Mention): boolean {
  if (says(text, mention.text)) return true;
  const values = leaves({
    ...mention.attributes,
    ...(mention.value === undefined ? {} : { value: mention.value }),
  })
    .map(({ value }) => String(value))
    .filter((value) => value !== '');
  return values.length > 0 && values.every((value) => says(text, value));
}

/** Answers to what the agent's message does. */
function replies(standing: Standing): Sayable[] {
  const { domain, program, acts, open, goal } = standing;
  const several = open.length > 1;
  const isOpen = (request: string) => open.some(({ id }) => id === request);
  const of = (request: string) => {
    const found = goal.find(({ id }) => id === request);
    return several && found !== undefined ? ` to: ${titleOf(domain, found)}` : '';
  };
  const asking = acts.flatMap((act) =>
    act.type === 'ask_confirmation' || act.type === 'ask_action' ? [act] : [],
  );
  // What the agent wrote may have been misread: a person can still answer what it really says.
  const unasked = standing.isOpening
    ? []
    : open
        .filter(({ id }) => !asking.some((act) => act.request === id))
        .map(({ id }) => yes(id, of(id), false));
  const yesOrNo = asking.flatMap((act): Sayable[] => [
    ...(act.type === 'ask_confirmation' ? [yes(act.request, of(act.request), true)] : []),
    sayable({
      id: `no:${act.request}`,
      label: act.type === 'ask_action' ? 'that you will not do that' : `no${of(act.request)}`,
      words: act.type === 'ask_action' ? unwillingWords(program, act.call) : 'No, that is not right.',
      isApt: act.type === 'ask_confirmation' || isUnwilling(program, act.call),
      isIn: (text) => NEGATION.test(text) && !YES.test(text),
      acts: () => [
        act.type === 'ask_action' && isUnwilling(program, act.call)
          ? { type: 'refuse_action', request: act.request, tool: act.call.name }
          : { type: 'decline', request: act.request },
      ],
    }),
  ]);
  const unsolved = acts.flatMap((act): Sayable[] =>
    act.type === 'report_done' && isOpen(act.request)
      ? [
          sayable({
            id: `unsolved:${act.request}`,
            label: 'that it is not solved',
            words: 'I am afraid the problem is still there.',
            isApt: true,
            isIn: (text) => /\b(still|not)\b.*\b(work|there|solved|fixed)/i.test(text),
            acts: () => [{ type: 'not_solved', request: act.request }],
          }),
        ]
      : [],
  );
  return [
    ...yesOrNo,
    ...unsolved,
    ...(standing.isOpening ? [] : open.flatMap(({ id }) => afterNo(standing, id))),
    ...questions(standing),
    ...unasked,
  ];
}

const yes = (request: string, to: string, isAsked: boolean): Sayable =>
  sayable({
    id: `yes:${request}`,
    label: `yes${to}`,
    words: 'Yes, please go ahead.',
    isApt: isAsked,
    isIn: (text) => isAsked && YES.test(text) && !NEGATION.test(text),
    acts: () => [{ type: 'confirm', request }],
  });

const isUnwilling = (program: UserProgram, call: ToolCall) =>
  program.unwilling?.some(({ tool }) => tool === call.name) ?? false;
const unwillingWords = (program: UserProgram, call: ToolCall) =>
  program.unwilling?.find(({ tool }) => tool === call.name)?.text ?? 'I would rather not.';

/** How a no is taken. */
function afterNo({ program, refused }: Standing, request: string): Sayable[] {
  const isRefused = refused.has(request);
  const reaction = program.refusals[request];
  const accept = sayable({
    id: `accept:${request}`,
    label: 'that you take the no',
    words:
      reaction === undefined || reaction.type === 'accept_alternative'
        ? 'All right, then leave it.'
        : reaction.text,
    isApt: isRefused,
    effect: { type: 'accept', request },
    isIn: (text) =>
      isRefused && /\b(all right|alright|fine|ok|okay|i see|understood|then leave it)\b/i.test(text),
    acts: () => [{ type: 'accept_refusal', request }],
  });
  const insist = sayable({
    id: `insist:${request}`,
    label: 'that you insist',
    words: reaction?.type === 'push_back' ? (reaction.texts[0] ?? '') : '',
    isApt: isRefused && reaction?.type === 'push_back',
    isIn: (text) =>
      isRefused && /\b(insist|please|must|need|exception|really)\b/i.test(text) && !GOODBYE.test(text),
    acts: () => [{ type: 'push_back', request }],
  });
  if (reaction?.type !== 'accept_alternative') return [accept, insist];
  const { slot, entry, text: words } = reaction;
  const instead = sayable({
    id: `instead:${request}`,
    label: `what you take instead: ${entry.label}`,
    words,
    isApt: isRefused,
    isDue: isRefused,
    effect: { type: 'settle', request },
    isIn: (text) => isRefused && mentions(text, entry.mention),
    acts: () => [{ type: 'answer', request, slot, mention: entry.mention }],
  });
  return [instead, accept, insist];
}

/** Facts that the program wants to know before it says yes. */
function questions({ domain, state, program, pending, open }: Standing): Sayable[] {
  return pending.flatMap(({ trigger }): Sayable[] => {
    const request = open.find(({ id }) => trigger.type === 'stated' && id === trigger.request);
    if (trigger.type !== 'stated' || request === undefined) return [];
    const title = factTitle({ domain, state, program }, request, trigger.key);
    return [
      sayable({
        id: `ask:${request.id}/${trigger.key}`,
        label: `a question: ${title}`,
        words: `Before I say yes: what is ${title}?`,
        isIn: (text) => /\?/.test(text),
        acts: () => [{ type: 'ask_fact', request: request.id, key: trigger.key }],
      }),
    ];
  });
}

function factTitle(
  at: Pick<Standing, 'domain' | 'state' | 'program'>,
  request: Request,
  key: string,
): string {
  return new Wishes(at.domain, at.program).factTitle(request, key, at.state);
}

function mind({ goal, triggered }: Standing, change: Change): Sayable {
  const due = triggered.has(change.id);
  return sayable({
    id: `change:${change.id}`,
    label: `your change of mind: ${change.text}`,
    words: change.text,
    isApt: due,
    isDue: due,
    effect: { type: 'change', change },
    isIn: (text) => says(text, change.text),
    acts: () => changeActs(change, applyChange(goal, change)),
  });
}

function performed({ acts, open }: Standing, used: Used, at: number): Sayable {
  const asked = acts.find((act) => act.type === 'ask_action' && act.call.name === used.call.name);
  const request = asked?.type === 'ask_action' ? asked.request : (open[0]?.id ?? '');
  return sayable({
    id: `used:${at}`,
    label: `what came of ${used.call.name.replaceAll('_', ' ')}`,
    words: used.content.replace(/^Error: /, ''),
    isApt: true,
    isIn: () => true,
    acts: () => [{ type: 'performed', request, call: used.call, ok: used.ok }],
  });
}

function goodbye({ open, pending, isOpening }: Standing): Sayable {
  return sayable({
    id: 'goodbye',
    label: 'goodbye: this ends the talk',
    words: 'Thank you, that is all. Goodbye.',
    isApt: !isOpening && open.length === 0 && pending.length === 0,
    effect: { type: 'stop' },
    isIn: (text) => GOODBYE.test(text),
    acts: () => [{ type: 'stop' }],
  });
}

const titleOf = (domain: Domain, request: Request) => domain.intent(request.intent)?.title ?? request.intent;
