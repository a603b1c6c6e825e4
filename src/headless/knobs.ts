import { knobsSchema, type Knobs } from '#core/pipeline/index.ts';
import { InputError } from '#core/environment/index.ts';
import { wholeNumber, type Options, type OptionSpecs } from './args.ts';

const knobs = {
  requests: ['requests', 'requests per task, 1 to 3'],
  hiddenSlots: ['hidden-slots', 'slots that an ambiguous opening hides, 1 to 3'],
  triggerTurn: ['trigger-turn', "the user's message that a change triggered by a turn waits for, 2 to 6"],
  distractors: ['distractors', 'irrelevant remarks in the opening, 0 to 2'],
  pressure: ['pressure', 'how often the user insists after a refusal, 0 to 3'],
} as const satisfies Record<keyof Knobs, readonly [option: string, help: string]>;

type Knob = keyof typeof knobs;
const all = Object.keys(knobs) as Knob[];

/** Options for the knobs of difficulty. */
export function knobOptions(...chosen: Knob[]): OptionSpecs {
  const used = chosen.length === 0 ? all : chosen;
  return Object.fromEntries(
    used.map((knob) => [knobs[knob][0], { value: 'N', help: `${knobs[knob][1]}; varies when absent` }]),
  );
}

/** The knobs that the options set. */
export function chosenKnobs(options: Options): Knobs {
  const given: Knobs = {};
  for (const knob of all) {
    const [option] = knobs[knob];
    const text = options.optional(option);
    if (text === undefined) continue;
    given[knob] = wholeNumber(`--${option}`, text, 0, 1000);
    const parsed = knobsSchema.safeParse({ [knob]: given[knob] });
    if (!parsed.success)
      throw new InputError(`--${option}`, `${parsed.error.issues[0]?.message ?? 'out of range'}.`);
  }
  return given;
}
