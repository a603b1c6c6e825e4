import { knobsSchema, type Knobs } from '#core/pipeline/index.ts';

/** What a matched set is made with, besides its trajectory. */
export interface LabSettings {
  readonly seed: string;
  readonly knobs: Knobs;
}

export const FIRST_SETTINGS: LabSettings = { seed: '1', knobs: {} };

/** Reads settings from the address: "seed=7,hiddenSlots=2". What is no knob, or no value for it, is left out. */
export function parseSettings(text: string | undefined): LabSettings {
  const params = new URLSearchParams((text ?? '').replaceAll(',', '&'));
  const { seed = FIRST_SETTINGS.seed, ...rest } = Object.fromEntries(params);
  const knobs = Object.entries(rest).filter(
    ([name, value]) => knobsSchema.safeParse({ [name]: Number(value) }).success,
  );
  return { seed, knobs: Object.fromEntries(knobs.map(([name, value]) => [name, Number(value)])) };
}

/** The inverse of {@link parseSettings}; undefined for those of a first visit. */
export function formatSettings({ seed, knobs }: LabSettings): string | undefined {
  const params = new URLSearchParams();
  if (seed !== FIRST_SETTINGS.seed) params.set('seed', seed);
  for (const [name, value] of Object.entries(knobs)) params.set(name, String(value));
  const text = params.toString().replaceAll('&', ',');
  return text === '' ? undefined : text;
}
