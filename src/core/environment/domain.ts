import type { z } from 'zod';
import type { IntentSpec } from './intent.ts';
import { isJsonArray, isJsonObject, type Json } from './json.ts';
import type { Random } from './random.ts';
import type { InfeasibleResponse, RuleSpec } from './rule.ts';
import type { AssertionKind } from './assertion.ts';
import type { Database, Draft, RecordRef, View } from './state.ts';
import type { Requestor, Tool, ToolCall } from './tool.ts';

/** One way to find out who the user is. */
export interface AuthenticationWay {
  readonly tool: string;
  /** The field of the tool's result that holds the user's id, a string; the result itself when absent. */
  readonly idField?: string;
  /** Tool parameter -> name of an identity fact. */
  readonly arguments: Readonly<Record<string, string>>;
  /** The user's words, with `{fact}` placeholders: "My email is {email}." */
  readonly phrase: readonly string[];
}

/** How users are identified. */
export interface IdentitySpec<Db> {
  /** The table whose ids are user ids. */
  readonly table: Extract<keyof Db, string>;
  /** What a user can authenticate with: fact name -> value. */
  facts(db: View<Db>, userId: string): Readonly<Record<string, string>>;
  /** Tried in order. */
  readonly ways: readonly AuthenticationWay[];
  /**
   * True when the channel tells who writes (a mail, an account), so that nobody has to ask: every opening then ends
   * with the words of a way, on a line of their own ("Sent by {email}").
   */
  readonly signedIn?: boolean;
}

/** What a domain's author writes. `domains/README.md` is the guide. */
export interface DomainSpec<Db> {
  /** Lower case, stable; part of ids and links. */
  readonly id: string;
  readonly title: string;
  /** One sentence for a newcomer. */
  readonly description: string;
  /** The policy text that an agent must follow, in Markdown. */
  readonly policy: string;
  /** Parses a whole database; a strict object of tables. Fills defaults, so that absent and null agree. */
  readonly schema: z.ZodType<Db>;
  /** A database of about `size` users, the same for the same random source. */
  seed(random: Random, size: number): Db;
  /** Users in the database of a first visit. */
  readonly defaultSize: number;
  readonly identity: IdentitySpec<Db>;
  readonly tools: readonly Tool[];
  readonly rules: readonly RuleSpec<Db>[];
  readonly intents: readonly IntentSpec<Db>[];
  /**
   * The user that a record belongs to; several when it belongs to each of them (a meeting to everybody in it); null
   * when everybody may use it.
   */
  owner(db: View<Db>, record: RecordRef): string | readonly string[] | null;
  /**
   * What the policy says about a request that no tool can serve, about one that a rule forbids, and about one that
   * needs a step which the user will not take (as for a missing tool, when absent).
   */
  readonly responses: {
    readonly capability: InfeasibleResponse;
    readonly rule: InfeasibleResponse;
    readonly unwilling?: InfeasibleResponse;
  };
  /** Per table, the columns that say most about a row, for people: top-level fields. */
  readonly columns: { readonly [T in Extract<keyof Db, string>]: readonly string[] };
  /** The domain's present, an ISO day or time ("2026-03-02", "2026-03-02T08:00"); absent where nothing is dated. */
  readonly clock?: string;
  /** Names of arguments that look back from there, such as a date of birth. */
  readonly pastFields?: readonly string[];
  /**
   * Fields that hold decimals, for exports in Python's number format: by name ('price'), or, where the same name
   * also stands for whole numbers, with what it is in ('payment_methods.*.amount').
   */
  readonly decimals?: readonly string[];
  /** What the user can do with their own hands (dual control). Absent when only the agent acts. */
  readonly userSide?: UserSideSpec<Db>;
  /**
   * Brings rows that mirror each other into agreement. Runs after every successful call, of either side, as part
   * of it; writes nothing where they agree already.
   */
  sync?(db: Draft<Db>): void;
  /** Statements about a state that tasks may demand, about either side. */
  readonly assertions?: readonly AssertionKind[];
  /**
   * What the domain's reference shows of an end state beside the rows that changed, name to value: for comparing
   * with files of others.
   */
  report?(db: View<Db>): Readonly<Record<string, Json>>;
}

/** The part of a domain that is in the user's hands: tools of their own over tables of their own. */
export interface UserSideSpec<Db> {
  /** Tools that only the user can call, made with `toolsFor<Db>('user')`. No name is also one of the agent's. */
  readonly tools: readonly Tool[];
  /** Calls that prepare a task and that nobody makes in a conversation: they lose a card, break a setting. */
  readonly setupTools: readonly Tool[];
  /** The tables that are the user's own. */
  readonly tables: readonly Extract<keyof Db, string>[];
  /** What has happened on a user's side before they get in touch: calls that prepare a task, tools included. */
  situation(db: View<Db>, userId: string, random: Random): readonly ToolCall[];
}

/** A domain as core uses it: data, whatever it is about. */
export interface Domain extends Omit<DomainSpec<Database>, 'decimals' | 'assertions'> {
  readonly decimalFields: ReadonlySet<string>;
  /** The tool that hands the user over, if there is one. */
  readonly transferTool: Tool | undefined;
  /** The tools that the user holds; none in most domains. */
  readonly userTools: readonly Tool[];
  readonly assertions: readonly AssertionKind[];
  /** A tool by its name, whoever holds it. */
  tool(name: string): Tool | undefined;
  setupTool(name: string): Tool | undefined;
  assertion(name: string): AssertionKind | undefined;
  rule(id: string): RuleSpec<Database> | undefined;
  intent(id: string): Intent | undefined;
  /** The intents that a call fulfils. */
  intentsFor(tool: string): readonly Intent[];
}

export type Intent = IntentSpec<Database>;
export type Slot = Intent['slots'][number];
export type Rule = RuleSpec<Database>;

/** Checks a domain's parts against each other and makes it usable by core. Throws on the author's mistakes. */
export function defineDomain<Db extends object>(author: DomainSpec<Db>): Domain {
  // The only place where a domain's own row types are dropped: the schema has parsed every row before any
  // function of the domain sees it, so the functions keep their types and core keeps none.
  const spec = author as unknown as DomainSpec<Database>;
  const userTools = spec.userSide?.tools ?? [];
  // One name, one tool, whoever holds it: a call's name alone then says whose it is.
  const tools = byKey([...spec.tools, ...userTools], (tool) => tool.name, 'tool');
  const setupTools = byKey(spec.userSide?.setupTools ?? [], (tool) => tool.name, 'setup tool');
  const assertions = byKey(spec.assertions ?? [], (assertion) => assertion.name, 'assertion');
  heldBy('assistant', spec.tools);
  heldBy('user', userTools);
  const rules = byKey(spec.rules, (rule) => rule.id, 'rule');
  const specified = spec.intents.map(withCall);
  const intents = byKey(specified, (intent) => intent.id, 'intent');
  const known = (name: string, where: string) => {
    if (!tools.has(name))
      throw new TypeError(`${spec.id}: ${where} names the tool '${name}', which does not exist`);
  };
  for (const rule of spec.rules) rule.tools.forEach((name) => known(name, `rule ${rule.id}`));
  for (const way of spec.identity.ways) known(way.tool, 'identity');
  for (const intent of specified) {
    const answers = 'answer' in intent;
    const acts = 'missingTool' in intent || 'call' in intent || 'calls' in intent;
    if (answers === acts || ('call' in intent && 'calls' in intent))
      throw new TypeError(
        `${spec.id}: intent ${intent.id} needs either an answer, a call (with or without missingTool), or calls`,
      );
    byKey(intent.slots, (slot) => slot.name, `slot of ${intent.id}`);
  }
  const fulfils = new Map<string, Intent[]>();
  return {
    ...spec,
    intents: specified,
    decimalFields: new Set(spec.decimals),
    transferTool: spec.tools.find((tool) => tool.kind === 'transfer'),
    userTools,
    assertions: spec.assertions ?? [],
    tool: (name) => tools.get(name),
    setupTool: (name) => setupTools.get(name),
    assertion: (name) => assertions.get(name),
    rule: (id) => rules.get(id),
    intent: (id) => intents.get(id),
    intentsFor(tool) {
      let found = fulfils.get(tool);
      if (found === undefined) {
        found = specified.filter((intent) => intent.parse !== undefined && intentTool(intent) === tool);
        fulfils.set(tool, found);
      }
      return found;
    },
  };
}

/** The domain with another policy text, as came with a database. Its rules stay: they are what judges. */
export function withPolicy(domain: Domain, policy: string | null): Domain {
  return policy === null ? domain : { ...domain, policy };
}

/** A wish for a missing tool would call it with the values of its slots. */
function withCall(intent: Intent): Intent {
  const { missingTool } = intent;
  if (missingTool === undefined || 'call' in intent) return intent;
  return { ...intent, call: ({ values }) => ({ name: missingTool.name, arguments: { ...values } }) };
}

/** The name of the tool that fulfils an intent, or undefined for an information request. */
export function intentTool(intent: Intent): string | undefined {
  return intent.missingTool?.name ?? intent.tool;
}

/** The call that looks a user up, for the given facts; undefined when a fact is missing. */
export function authenticationCall(
  way: AuthenticationWay,
  facts: Readonly<Record<string, string>>,
): ToolCall | undefined {
  const args: Record<string, string> = {};
  for (const [parameter, fact] of Object.entries(way.arguments)) {
    const value = facts[fact];
    if (value === undefined) return undefined;
    args[parameter] = value;
  }
  return { name: way.tool, arguments: args };
}

/**
 * The id of the user whom an identifying tool found, or null when the result holds none. A list identifies somebody
 * when nobody else is in it.
 */
export function identifiedUser(domain: Domain, tool: string, result: Json): string | null {
  const found = isJsonArray(result) ? (result.length === 1 ? (result[0] ?? null) : null) : result;
  const ids = domain.identity.ways
    .filter((way) => way.tool === tool)
    .map(({ idField }) => (idField === undefined ? found : isJsonObject(found) ? found[idField] : null));
  return ids.find((id) => typeof id === 'string') ?? null;
}

function heldBy(side: Requestor, tools: readonly Tool[]): void {
  const other = tools.find((tool) => tool.holder !== side);
  if (other !== undefined) throw new TypeError(`the tool '${other.name}' is not one of the ${side}'s`);
}

function byKey<T>(items: readonly T[], key: (item: T) => string, what: string): Map<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    if (map.has(key(item))) throw new TypeError(`two parts share the ${what} name '${key(item)}'`);
    map.set(key(item), item);
  }
  return map;
}
