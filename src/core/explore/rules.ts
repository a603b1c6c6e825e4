import type { Domain, Json, JsonObject, Rule, State, ToolCall, Violation } from '../environment/index.ts';

/** A rule that a call breaks, with the violation. */
export interface BrokenRule {
  readonly rule: Rule;
  readonly violation: Violation;
}

/** What is known about the conversation when a write is checked. */
export interface WriteSituation {
  readonly userId: string | null;
  readonly confirmed: boolean;
  readonly earlier: readonly ToolCall[];
  /** The slots of the wish that the write would fulfil; see {@link RuleContext}. */
  readonly said?: Readonly<Record<string, Json>> | undefined;
}

/** The rules that govern a call, in the domain's order. */
export function governing(domain: Domain, call: ToolCall): readonly Rule[] {
  return domain.rules.filter((rule) => rule.tools.includes(call.name));
}

/** Every rule that a call would break in a state. Arguments are taken as the tool's schema parses them. */
export function brokenRules(
  domain: Domain,
  db: State,
  call: ToolCall,
  situation: WriteSituation,
): BrokenRule[] {
  const parsed = domain.tool(call.name)?.parameters.safeParse(call.arguments);
  if (parsed !== undefined && !parsed.success) return [];
  const typed: ToolCall =
    parsed === undefined ? call : { name: call.name, arguments: parsed.data as JsonObject };
  const context = { db, call: typed, ...situation };
  return governing(domain, call).flatMap((rule) => {
    const violation = rule.check(context);
    return violation === null ? [] : [{ rule, violation }];
  });
}
