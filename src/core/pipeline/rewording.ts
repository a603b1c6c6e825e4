import { certifyDraft, type Task } from '../certify/index.ts';
import { candidatesOf, createRandom, says, shortDigest } from '../environment/index.ts';
import type { Domain, Json, State } from '../environment/index.ts';
import { ask, NoteTaker, type LanguageModel, type ModelNote } from '../model/index.ts';
import { promptsDigest } from '../prompts/index.ts';
import writerPrompt from '../prompts/writer.md?raw';
import { auditWords, manners } from '../rollout/index.ts';
import { contextOf, openingMentions, requestValues } from '../transform/index.ts';

/** What {@link rewordTask} needs. */
export interface RewordInput {
  readonly domain: Domain;
  readonly state: State;
  readonly task: Task;
  readonly model: LanguageModel;
  readonly seed: string;
  /** Texts asked for at most. */
  readonly tries?: number;
}

/** A task with its opening in new words, or as it was when no text passed the checks. */
export interface Reworded {
  readonly task: Task;
  readonly changed: boolean;
  readonly note: ModelNote;
}

const TRIES = 3;
const TOKENS = 600;

/**
 * Has a model write a task's opening anew. A text that drops, adds or gives away anything is thrown away and asked
 * for again; one that passes is certified with every check before it is kept. Otherwise the template stays.
 */
export async function rewordTask(input: RewordInput, signal?: AbortSignal): Promise<Reworded> {
  const { domain, state, task, model, seed, tries = TRIES } = input;
  const taker = new NoteTaker(model.id, model.toolMethod);
  const random = createRandom(`reword/${seed}/${task.id}`);
  const prompt = writerPrompt
    .replace('{message}', () => task.program.openingText)
    .replace('{manner}', () => random.pick(manners));
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const reply = await ask(
      model,
      {
        messages: [{ role: 'user', content: prompt }],
        tools: [],
        schema: null,
        maxTokens: TOKENS,
        temperature: 1,
        seed: random.int(0, 2 ** 31 - 1),
      },
      signal,
    );
    taker.add(reply);
    const text = reply.text.trim().replace(/^"([\s\S]*)"$/, '$1');
    const problem = problemWith(input, text);
    if (problem !== null) {
      taker.reject(reply.text, problem);
      continue;
    }
    const { certificate: _, ...draft } = task;
    const reworded = {
      ...draft,
      // Another text is another task: their rollouts are not trials of one.
      id: `${task.id}-${shortDigest(text).slice(0, 6)}`,
      program: { ...task.program, openingText: text },
      provenance: {
        ...task.provenance,
        transforms: [...task.provenance.transforms, `reworded by ${model.id}, prompts ${promptsDigest}`],
      },
    };
    const result = await certifyDraft(domain, state, reworded);
    if (result.accepted) return { task: result.task, changed: true, note: taker.note(reply.reasoning, null) };
    taker.reject(reply.text, `${result.rejection.check}: ${result.rejection.reason}`);
  }
  return { task, changed: false, note: taker.note('', 'the template stayed') };
}

/** What a text does wrong, in words; null when it says what the template says and nothing else. */
function problemWith({ domain, state, task }: RewordInput, text: string): string | null {
  const { program } = task;
  const said = program.openingText;
  if (text === '') return 'It says nothing.';
  const voiced = { program, goal: program.requests, events: [], text: said, acts: [], seed: '' };
  const [fault] = auditWords(voiced, text);
  if (fault !== undefined) return fault.detail;
  for (const request of program.requests) {
    const intent = domain.intent(request.intent);
    if (intent === undefined) continue;
    const values = requestValues(request);
    const mentions = openingMentions(request);
    for (const slot of intent.slots) {
      const own = scalars(mentions[slot.name]?.attributes ?? {});
      const dropped = own.find((value) => says(said, value) && !says(text, value));
      if (dropped !== undefined) return `"${dropped}" is missing.`;
      const context = contextOf(state, program.userId, intent, values, slot.name);
      const others = candidatesOf(slot, context).flatMap(({ attributes }) => scalars(attributes));
      const added = others.find((value) => !says(said, value) && says(text, value) && value.length > 3);
      if (added !== undefined) return `"${added}" was not said.`;
    }
  }
  return null;
}

/** The texts and numbers among attributes, as they are said. */
function scalars(attributes: Readonly<Record<string, Json>>): string[] {
  return Object.values(attributes)
    .flat()
    .flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []))
    .filter((value) => value !== '');
}
