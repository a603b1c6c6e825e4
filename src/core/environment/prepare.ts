import { runTool } from './apply.ts';
import type { Domain } from './domain.ts';
import { InputError } from './errors.ts';
import { rememberPair } from './remember.ts';
import type { State } from './state.ts';
import { requestorOf, type ToolCall } from './tool.ts';

/**
 * The state in which a task begins: its database after the calls that prepare it. These may use what no side can
 * call (they break things), and the tools of both sides. Throws {@link InputError} when one of them fails.
 */
export function prepare(domain: Domain, state: State, calls: readonly ToolCall[] | undefined): State {
  if (calls === undefined || calls.length === 0) return state;
  return prepared(state, calls)(domain);
}

// A task is explored, certified, rolled out and judged from the same beginning.
const prepared = rememberPair((state: State, calls: readonly ToolCall[]) => {
  const ends = new Map<Domain, State>();
  return (domain: Domain): State => {
    let end = ends.get(domain);
    if (end === undefined) ends.set(domain, (end = run(domain, state, calls)));
    return end;
  };
});

function run(domain: Domain, state: State, calls: readonly ToolCall[]): State {
  return calls.reduce((current, call) => {
    const tool = domain.setupTool(call.name) ?? domain.tool(call.name);
    if (tool === undefined || tool.holder !== requestorOf(call))
      throw new InputError(
        call.name,
        `the ${domain.title} domain has no such call to prepare the ${requestorOf(call)}'s side with.`,
      );
    const outcome = runTool(domain, current, tool, call);
    if (!outcome.ok) throw new InputError(call.name, `preparing the task failed: ${outcome.message}`);
    return outcome.state;
  }, state);
}
