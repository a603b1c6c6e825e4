import { changedRows, renderContent } from '../environment/index.ts';
import type { CallOutcome, ChangedRows, Domain, State, ToolCall } from '../environment/index.ts';
import type { RolloutEvent } from './event.ts';

type Result = Extract<RolloutEvent, { type: 'tool-result' }>;

/** What an outcome shows: the text that the agent reads, the rows that it changed, the records that it names. */
export function observe(
  domain: Domain,
  before: State,
  call: ToolCall,
  outcome: CallOutcome,
): Pick<Result, 'ok' | 'content' | 'changed' | 'shows'> {
  const tool = domain.tool(call.name);
  return {
    ok: outcome.ok,
    content: renderContent(domain, outcome),
    changed: copy(changedRows(before, outcome.state)),
    shows: outcome.ok && tool !== undefined ? tool.shows(outcome.state, call.arguments, outcome.result) : [],
  };
}

const copy = (rows: ChangedRows) =>
  Object.fromEntries(Object.entries(rows).map(([table, byId]) => [table, { ...byId }]));
