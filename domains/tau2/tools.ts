/** Tools that answer as the reference implementation does, also where arguments break their schema. */
import { z } from 'zod';
import {
  isJsonArray,
  ToolError,
  toolsFor,
  type Draft,
  type Json,
  type JsonObject,
  type Requestor,
  type Tool,
  type ToolSpec,
  type View,
} from '#core/environment/index.ts';
import { shown, standIn } from './standIn.ts';

/** Arguments whose types nobody has checked: texts, or what stands in for them; anything else is as it came. */
export type Loose<Args> = {
  readonly [Name in keyof Args]: string extends Args[Name] ? string : Json;
};

/** What an author writes for a tool of the reference. */
export interface ReferenceSpec<Db, Parameters extends z.ZodObject> extends ToolSpec<Db, Parameters> {
  /**
   * Goes on with arguments of wrong types, as Python does: to its own error, or to a result. `given` are the same
   * arguments without stand-ins. A tool without it runs with stand-ins, and what it writes with them does not count.
   */
  loosely?(db: Draft<Db>, args: Loose<z.infer<Parameters>>, given: JsonObject): Json;
}

/**
 * A `defineTool` like `toolsFor`, for one toolkit of the reference: `referenceTools<AirlineDb>('AirlineTools')`.
 * Arguments that fit are not looked at twice.
 */
export function referenceTools<Db>(toolkit: string, holder?: Requestor) {
  const define = toolsFor<Db>(holder);
  return <Parameters extends z.ZodObject>(spec: ReferenceSpec<Db, Parameters>): Tool => {
    const { parameters } = spec;
    const shows = spec.shows?.bind(spec);
    // A call that does not fit may have a result as well; what it shows is looked up with the same stand-ins.
    const looseShows = (db: View<Db>, args: z.infer<Parameters>, result: Json) =>
      shows?.(db, loosened(parameters, args as JsonObject) as z.infer<Parameters>, result) ?? [];
    return define<Parameters>({
      ...spec,
      executeUnfit: (db, args) => answerUnfit(toolkit, spec, db, args),
      ...(shows === undefined ? {} : { shows: looseShows }),
    });
  };
}

function answerUnfit<Db, Parameters extends z.ZodObject>(
  toolkit: string,
  spec: ReferenceSpec<Db, Parameters>,
  db: Draft<Db>,
  args: JsonObject,
): Json | undefined {
  checkNames(`${toolkit}.${spec.name}()`, spec.parameters, args);
  try {
    const result =
      spec.loosely === undefined
        ? withStandIns(spec, db, args)
        : spec.loosely(db, loosened(spec.parameters, args), args);
    return typeof result === 'string' ? shown(result) : result;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(shown(error.message), { keepsChanges: error.keepsChanges });
  }
}

const fieldsOf = (parameters: z.ZodObject) => Object.entries<z.ZodType>(parameters.shape);

/** What Python checks before it calls a method: that the names are those of its parameters. */
function checkNames(method: string, parameters: z.ZodObject, args: JsonObject): void {
  const extra = Object.keys(args).find((name) => !Object.hasOwn(parameters.shape, name));
  if (extra !== undefined) throw new ToolError(`${method} got an unexpected keyword argument '${extra}'`);
  const missing = fieldsOf(parameters)
    .filter(([name, field]) => !Object.hasOwn(args, name) && !field.safeParse(undefined).success)
    .map(([name]) => name);
  const plural = missing.length > 1 ? 's' : '';
  if (missing.length > 0)
    throw new ToolError(
      `${method} missing ${missing.length} required positional argument${plural}: ${listed(missing)}`,
    );
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.pop() ?? '';
  if (quoted.length === 0) return last;
  return `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} and ${last}`;
}

function loosened<Parameters extends z.ZodObject>(
  parameters: Parameters,
  args: JsonObject,
): Loose<z.infer<Parameters>> {
  const loose = fieldsOf(parameters).map(([name, field]) => {
    const value = args[name];
    if (value === undefined) return [name, field.parse(undefined)];
    return [name, field instanceof z.ZodString ? standIn(value) : value];
  });
  // One entry per parameter, a text where the schema has one.
  return Object.fromEntries(loose) as Loose<z.infer<Parameters>>;
}

/** Runs a tool with stand-ins for what has a wrong type. Undefined where nobody can say what it would come to. */
function withStandIns<Db, Parameters extends z.ZodObject>(
  spec: ToolSpec<Db, Parameters>,
  db: Draft<Db>,
  args: JsonObject,
): Json | undefined {
  const { parameters, freeText = [], kind } = spec;
  const wrong = fieldsOf(parameters).filter(
    ([name, field]) => Object.hasOwn(args, name) && !field.safeParse(args[name]).success,
  );
  const replaced = wrong.map(([name, field]) => [name, replacement(field, args[name] ?? null)] as const);
  const parsed = parameters.safeParse({ ...args, ...Object.fromEntries(replaced) });
  if (!parsed.success) return undefined;
  const result = spec.execute(db, parsed.data);
  return kind !== 'write' || wrong.every(([name]) => freeText.includes(name)) ? result : undefined;
}

function replacement(field: z.ZodType, value: Json): Json {
  if (!(field instanceof z.ZodArray)) return standIn(value);
  // To Python a text is as good as the list of its characters.
  if (typeof value === 'string') return [...value];
  return isJsonArray(value) ? value.map(standIn) : value;
}
