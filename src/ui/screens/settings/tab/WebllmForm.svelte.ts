/** The form for a model of one's own for WebLLM: texts as they are typed, and what is wrong with them. */
import type { OwnModel } from '../../../state/tabModels.svelte.ts';
import {
  readRecord,
  recordsIn,
  type RecordProblems,
  type WebllmRecord,
} from '../../../../models/tab/webllm/record.ts';
import { fromRecord } from './ownModel.ts';

/** Fields of the form; `more` holds what has none of its own. */
export interface WebllmTexts {
  readonly model_id: string;
  readonly model: string;
  readonly model_lib: string;
  readonly window: string;
  readonly vram_required_MB: string;
  readonly required_features: string;
  readonly overrides: string;
  readonly integrity: string;
}

const empty: WebllmTexts = {
  ...{ model_id: '', model: '', model_lib: '', window: '', vram_required_MB: '' },
  ...{ required_features: '', overrides: '', integrity: '' },
};

export interface WebllmFormInput {
  /** The model that is changed; null for a new one. */
  readonly model: OwnModel | null;
  /** Ids that other models have. */
  readonly taken: ReadonlySet<string>;
  readonly mayConnect: (address: string) => boolean;
}

export class WebllmForm {
  readonly #input: WebllmFormInput;
  #texts = $state.raw<WebllmTexts>(empty);
  #problems = $state.raw<RecordProblems>({});
  #pasteProblem = $state.raw<string | null>(null);
  /** Records of a paste, when there are several. */
  #several = $state.raw<readonly OwnModel[]>([]);
  /** Fields of a record that the form does not show. */
  #rest: Partial<WebllmRecord> = {};

  constructor(input: WebllmFormInput) {
    this.#input = input;
    this.#fill(input.model?.record);
  }

  get texts(): WebllmTexts {
    return this.#texts;
  }
  get problems(): RecordProblems {
    return this.#problems;
  }
  get pasteProblem(): string | null {
    return this.#pasteProblem;
  }
  /** What a paste of several records would add. */
  get several(): readonly OwnModel[] {
    return this.#several;
  }

  set(field: keyof WebllmTexts, text: string): void {
    this.#texts = { ...this.#texts, [field]: text };
    const named = field === 'window' ? 'overrides' : field;
    if (this.#problems[named] !== undefined) this.#problems = { ...this.#problems, [named]: undefined };
  }

  /** Takes a record, or an `appConfig` with several. */
  paste(text: string): void {
    this.#pasteProblem = null;
    this.#several = [];
    if (text.trim() === '') return;
    const records = recordsIn(text);
    if (records === null || records.length === 0) {
      this.#pasteProblem =
        'This is no JSON of a model. A record begins with { "model": …, and names in it are in quotes.';
      return;
    }
    const [only] = records;
    if (records.length === 1) {
      this.#fill(only);
      this.#problems = this.#read().problems;
      return;
    }
    const read = records.map((record) => this.#checked(record));
    const wrong = read.findIndex(({ model }) => model === null);
    if (wrong < 0) {
      this.#several = read.flatMap(({ model }) => model ?? []);
      return;
    }
    const [field, problem] = Object.entries(read[wrong]?.problems ?? {})[0] ?? ['model', 'not read'];
    this.#pasteProblem = `Record ${wrong + 1} of ${records.length}, ${field}: ${problem}`;
  }

  /** The model that was described; null when something is wrong, which is told by field. */
  submit(): OwnModel | null {
    const { model, problems } = this.#read();
    this.#problems = problems;
    return model;
  }

  #read() {
    const texts = this.#texts;
    const problems: Partial<Record<keyof WebllmRecord, string>> = {};
    const json = (field: 'overrides' | 'integrity'): unknown => {
      if (texts[field].trim() === '') return undefined;
      try {
        return JSON.parse(texts[field]) as unknown;
      } catch {
        problems[field] = 'expected JSON, such as {"name": "value"}.';
        return undefined;
      }
    };
    const overrides = json('overrides');
    const integrity = json('integrity');
    const window = numberOf(texts.window);
    const memory = numberOf(texts.vram_required_MB);
    const features = texts.required_features.split(/[\s,]+/).filter((name) => name !== '');
    const more = isObject(overrides) || overrides === undefined ? (overrides ?? {}) : null;
    const all =
      more === null
        ? overrides
        : { ...more, ...(window === undefined ? {} : { context_window_size: window }) };
    const { model, problems: found } = this.#checked({
      ...this.#rest,
      ...{ model_id: texts.model_id.trim(), model: texts.model.trim(), model_lib: texts.model_lib.trim() },
      ...(isObject(all) && Object.keys(all).length === 0 ? {} : { overrides: all }),
      ...(memory === undefined ? {} : { vram_required_MB: memory }),
      ...(features.length === 0 ? {} : { required_features: features }),
      ...(integrity === undefined ? {} : { integrity }),
    });
    const both = { ...found, ...problems };
    return { model: Object.keys(both).length === 0 ? model : null, problems: both };
  }

  #checked(value: unknown): { readonly model: OwnModel | null; readonly problems: RecordProblems } {
    const read = readRecord(value, this.#input.mayConnect);
    if ('problems' in read) return { model: null, problems: read.problems };
    const model = fromRecord(read.record);
    if (this.#input.taken.has(model.id) && model.id !== this.#input.model?.id)
      return {
        model: null,
        problems: { model_id: 'there is a model of this name already; choose another.' },
      };
    return { model, problems: {} };
  }

  /** Puts a record into the fields, also one with mistakes, so that they can be seen where they are. */
  #fill(record: unknown): void {
    if (!isObject(record)) return;
    const { model_id, model, model_lib, overrides, vram_required_MB, required_features, integrity, ...rest } =
      record;
    const { context_window_size: window, ...more } = isObject(overrides) ? overrides : {};
    const others = isObject(overrides) || overrides === undefined ? more : overrides;
    this.#rest = rest;
    this.#texts = {
      model_id: textOf(model_id),
      model: textOf(model),
      model_lib: textOf(model_lib),
      window: textOf(window),
      vram_required_MB: textOf(vram_required_MB),
      required_features: Array.isArray(required_features)
        ? required_features.join(', ')
        : textOf(required_features),
      overrides: isObject(others) && Object.keys(others).length === 0 ? '' : JSON.stringify(others),
      integrity: integrity === undefined ? '' : JSON.stringify(integrity),
    };
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** A number as it was typed; what is none stays a text, to be refused by name. */
function numberOf(text: string): number | string | undefined {
  const trimmed = text.trim().replace(/,/g, '');
  if (trimmed === '') return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : text;
}
