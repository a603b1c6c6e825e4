import { z } from 'zod';
import { createRandom, type Json, type JsonObject } from '../../environment/index.ts';
import { ask, firstObject, NoteTaker, type LanguageModel, type ModelRequest } from '../../model/index.ts';
import readerPrompt from '../../prompts/reader.md?raw';
import voicePrompt from '../../prompts/voice.md?raw';
import type { AgentAct, RolloutEvent } from '../event.ts';
import { ProseUser } from '../prose/proseUser.ts';
import { auditWords } from './audit.ts';
import { readByRules } from './ruleSeat.ts';
import type { ReadInput, Reading, UserSeat, Voiced, VoiceInput } from './seat.ts';
import { servedSince, statedFacts } from './situation.ts';

/** How a model plays the user. */
export interface ModelSeatSettings {
  /** Of the voice; reading is always as certain as the model allows. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  /**
   * What happens to words that an audit still objects to after they were asked for once more: `template` says the
   * program's own, `keep` keeps them and labels the fault.
   */
  readonly onFault: 'template' | 'keep';
}

export const defaultModelSeat: ModelSeatSettings = { temperature: 0.7, maxTokens: 600, onFault: 'template' };

/** Messages of the conversation that reader and voice are shown. */
const LAST = 8;
/** Characters of each of them: a message that is a book must not fill the model's context. */
const LONGEST = 1500;

/** Ways in which people write. */
export const manners = [
  'polite and to the point',
  'friendly and a little chatty',
  'in a hurry, with short sentences',
  'formal',
  'casual, in lower case here and there',
  'a bit impatient, but civil',
];

/** A language model in the user's seat: gated by the program, where a task has one. */
export function modelSeat(model: LanguageModel, settings: ModelSeatSettings = defaultModelSeat): UserSeat {
  return {
    id: model.id,
    title: model.title,
    read: (input, signal) => read(model, settings, input, signal),
    voice: (input, signal) => voice(model, settings, input, signal),
    prose: (input) => new ProseUser(model, input, settings),
  };
}

async function read(
  model: LanguageModel,
  settings: ModelSeatSettings,
  input: ReadInput,
  signal: AbortSignal | undefined,
): Promise<Reading> {
  const taker = new NoteTaker(model.id, model.toolMethod);
  const form = formOf(input);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const reply = await ask(
      model,
      oneQuestion(readerText(input), { name: 'form', schema: form.schema }, settings.maxTokens, 0, attempt),
      signal,
    );
    taker.add(reply);
    const filled = form.parse(firstObject(reply.text));
    if (filled !== null) return { acts: actsOf(input, filled), note: taker.note(reply.reasoning, null) };
    taker.reject(reply.text, 'It is not the form that was asked for.');
  }
  // A reader that cannot fill in a form must not end a rollout: rules read instead, and the note says so.
  return { acts: readByRules(input), note: taker.note('', 'the message was read by rules instead') };
}

async function voice(
  model: LanguageModel,
  settings: ModelSeatSettings,
  input: VoiceInput,
  signal: AbortSignal | undefined,
): Promise<Voiced> {
  const taker = new NoteTaker(model.id, model.toolMethod);
  const prompt = voicePrompt
    .replace('{manner}', () => createRandom(`${input.program.voice}/${input.seed}`).pick(manners))
    .replace('{conversation}', () => conversation(input.events))
    .replace('{say}', () => input.text);
  for (let attempt = 0; ; attempt += 1) {
    const draws = createRandom(`${input.seed}/${input.events.length}/${attempt}`).int(0, 2 ** 31 - 1);
    const reply = await ask(
      model,
      oneQuestion(prompt, null, settings.maxTokens, settings.temperature, draws),
      signal,
    );
    taker.add(reply);
    const words = unquoted(reply.text);
    const faults =
      words === '' ? [{ kind: 'omission' as const, detail: 'It says nothing.' }] : auditWords(input, words);
    if (faults.length === 0) return { text: words, faults: [], note: taker.note(reply.reasoning, null) };
    if (attempt > 0 && settings.onFault === 'keep' && words !== '')
      return { text: words, faults, note: taker.note(reply.reasoning, null) };
    taker.reject(reply.text, faults.map(({ detail }) => detail).join(' '));
    if (attempt > 0)
      return { text: input.text, faults: [], note: taker.note('', "the program's own words were said") };
  }
}

function oneQuestion(
  prompt: string,
  schema: ModelRequest['schema'],
  maxTokens: number,
  temperature: number | null,
  seed: number,
): ModelRequest {
  return { messages: [{ role: 'user', content: prompt }], tools: [], schema, maxTokens, temperature, seed };
}

function conversation(events: readonly RolloutEvent[]): string {
  const lines = events.flatMap((event) =>
    event.type === 'user-message'
      ? [`User: ${event.text.slice(0, LONGEST)}`]
      : event.type === 'agent-message'
        ? [`Agent: ${event.text.slice(0, LONGEST)}`]
        : [],
  );
  return lines.length === 0 ? '(nothing yet)' : lines.slice(-LAST).join('\n');
}

function readerText(input: ReadInput): string {
  const { domain, open, events, text } = input;
  const requests = open.map((request) => {
    const intent = domain.intent(request.intent);
    const parts = Object.entries(request.slots).map(([name, entry]) => {
      const title = intent?.slots.find((slot) => slot.name === name)?.title ?? name;
      return `  - ${request.id}.${name} (${title}): ${entry.label || entry.mention.text}`;
    });
    return [`- ${request.id}: ${intent?.title ?? request.intent}`, ...parts].join('\n');
  });
  return readerPrompt
    .replace('{requests}', () => (requests.length === 0 ? '(none)' : requests.join('\n')))
    .replace('{conversation}', () => conversation(events))
    .replace('{message}', () => text.slice(0, 4 * LONGEST));
}

interface Form {
  readonly asks_identity: boolean;
  readonly asks: readonly string[];
  readonly wants_yes: readonly string[];
  readonly wrong: readonly string[];
  readonly done: readonly string[];
  readonly refused: readonly string[];
  readonly hands_over: boolean;
}

/** The form has room for names of parts and for nothing else, so a reader cannot pass on what it was told. */
function formOf({ open }: ReadInput) {
  const requests = open.map(({ id }) => id);
  const parts = open.flatMap((request) => Object.keys(request.slots).map((slot) => `${request.id}.${slot}`));
  const some = (names: readonly string[]): JsonObject => ({
    type: 'array',
    // An empty list of choices is no schema.
    items: names.length === 0 ? { type: 'string', maxLength: 0 } : { enum: [...names] },
    maxItems: names.length,
  });
  const properties = {
    asks_identity: { type: 'boolean' },
    asks: some(parts),
    wants_yes: some(requests),
    wrong: some(parts),
    done: some(requests),
    refused: some(requests),
    hands_over: { type: 'boolean' },
  };
  const only = (names: readonly string[]) =>
    z.array(z.string()).transform((list) => [...new Set(list)].filter((name) => names.includes(name)));
  const parser = z.object({
    asks_identity: z.boolean(),
    asks: only(parts),
    wants_yes: only(requests),
    wrong: only(parts),
    done: only(requests),
    refused: only(requests),
    hands_over: z.boolean(),
  });
  return {
    schema: {
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    } as JsonObject,
    parse: (value: Json): Form | null => parser.safeParse(value).data ?? null,
  };
}

function actsOf(input: ReadInput, form: Form): AgentAct[] {
  const acts: AgentAct[] = statedFacts(input);
  if (form.asks_identity && !input.isIdentified) acts.push({ type: 'ask_identity' });
  // What ran is done, whatever the words are. What only the words say is done as well, for a user who cannot look.
  const served = new Set(servedSince(input).map(({ id }) => id));
  for (const { id } of input.open)
    if (served.has(id) || form.done.includes(id)) acts.push({ type: 'report_done', request: id });
  if (form.hands_over) return [...acts, { type: 'transfer' }];
  for (const part of form.asks) {
    const [request = '', slot = ''] = splitPart(part);
    if (!form.wants_yes.includes(request)) acts.push({ type: 'ask_slot', request, slot });
  }
  for (const id of form.wants_yes) {
    const intent = input.domain.intent(input.open.find((request) => request.id === id)?.intent ?? '');
    const wrong = form.wrong
      .filter((part) => splitPart(part)[0] === id)
      .map((part) => splitPart(part)[1] ?? '');
    acts.push({ type: 'ask_confirmation', request: id, tool: intent?.tool ?? intent?.id ?? '', wrong });
  }
  for (const id of form.refused)
    if (!served.has(id) && !form.wants_yes.includes(id) && !form.done.includes(id))
      acts.push({ type: 'refuse', request: id, rule: null });
  return acts;
}

const splitPart = (part: string) => {
  const at = part.indexOf('.');
  return [part.slice(0, at), part.slice(at + 1)];
};

const unquoted = (text: string) =>
  text
    .trim()
    .replace(/^(user|me)\s*:\s*/i, '')
    .replace(/^"([\s\S]*)"$/, '$1')
    .trim();
