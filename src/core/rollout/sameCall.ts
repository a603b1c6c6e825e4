import { sameJson } from '../environment/index.ts';
import type { Domain, ToolCall } from '../environment/index.ts';

/** True when two calls ask for the same: free text is not compared. */
export function sameCall(domain: Domain, a: ToolCall, b: ToolCall): boolean {
  if (a.name !== b.name) return false;
  const free = domain.tool(a.name)?.freeText ?? [];
  const compared = (call: ToolCall) =>
    Object.fromEntries(Object.entries(call.arguments).filter(([name]) => !free.includes(name)));
  return sameJson(compared(a), compared(b));
}
