import type { Domain, State, ToolCall } from '../environment/index.ts';
import { checkAssertion, prepare, sameJson, says } from '../environment/index.ts';
import { infrastructureReasons, sameCall, type Rollout, type RolloutEvent } from '../rollout/index.ts';
import type { TaskDraft } from '../transform/index.ts';
import { countActs } from './counts.ts';
import { diagnose } from './diagnose.ts';
import { closest, comparedRows, finalRows, stateLines } from './stateDiff.ts';
import type { Component, Verdict } from './verdict.ts';

type Check = Component['checks'][number];

/**
 * Judges a rollout by its end state, by what was said, and by what must not be done. Reads only the recorded
 * events, so a stored rollout is judged like a live one. `database` is the task's, before its initialization. Pure.
 *
 * Reward is the product of the components of the task's basis. A component that cannot be evaluated is null and
 * the reward then is null too: never silently 1.
 */
export function judge(domain: Domain, database: State, task: TaskDraft, rollout: Rollout): Verdict {
  const initial = prepare(domain, database, task.initialization);
  const actual = finalRows(initial, rollout.events);
  const free = new Set(task.criteria.freeTables);
  const expected = closest(initial, task.criteria.endStates, actual, free);
  const lines = stateLines(initial, expected, actual, rollout.events).map((line) =>
    line.verdict !== 'same' && free.has(line.table) ? { ...line, verdict: 'free' as const } : line,
  );
  const components = componentsOf(
    domain,
    task,
    rollout,
    stateChecks(task, actual, lines),
    initial.with(actual),
  );
  const infrastructure = infrastructureReasons.has(rollout.termination);
  const faults = rollout.events.filter((event) => event.type === 'simulator-fault').length;
  const reward = infrastructure ? null : product(components);
  const verdict = {
    reward,
    class: infrastructure
      ? ('error' as const)
      : reward === null || (faults > 0 && reward < 1)
        ? ('invalid' as const)
        : reward === 1
          ? ('pass' as const)
          : ('fail' as const),
    components,
    expected,
    actual,
    lines,
    counts: countActs(task, rollout),
  };
  return { ...verdict, diagnoses: diagnose(domain, initial, task, rollout, verdict) };
}

/** The reward that {@link judge} gives, without saying why: for certificates, which judge a rollout per mutant. */
export function rewardOf(
  domain: Domain,
  database: State,
  task: TaskDraft,
  rollout: Rollout,
): Verdict['reward'] {
  if (infrastructureReasons.has(rollout.termination)) return null;
  const initial = prepare(domain, database, task.initialization);
  const actual = finalRows(initial, rollout.events);
  const met = isAccepted(task, actual);
  const state = task.criteria.endStates.length === 0 ? [] : [{ met, text: '', event: null }];
  return product(componentsOf(domain, task, rollout, state, initial.with(actual)));
}

function componentsOf(
  domain: Domain,
  task: TaskDraft,
  rollout: Rollout,
  state: Check[],
  end: State,
): Component[] {
  return task.criteria.basis.map((basis): Component => {
    switch (basis) {
      case 'state':
        return component(basis, state);
      case 'communicate':
        return component(basis, communicateChecks(task, rollout.events));
      case 'outcome':
        return component(basis, outcomeChecks(domain, task, rollout));
      case 'forbidden':
        return component(basis, forbiddenChecks(domain, task, rollout.events));
      case 'required':
        return component(basis, requiredChecks(task, rollout.events));
      case 'assertions':
        return assertionsComponent(domain, end, task);
    }
  });
}

function isAccepted(task: TaskDraft, actual: Verdict['actual']): boolean {
  const free = new Set(task.criteria.freeTables);
  const compared = comparedRows(actual, free);
  return task.criteria.endStates.some((rows) => sameJson(comparedRows(rows, free), compared));
}

function component(basis: Component['basis'], checks: Check[]): Component {
  // Nothing to check is nothing evaluated.
  return { basis, value: checks.length === 0 ? null : Number(checks.every((check) => check.met)), checks };
}

function product(components: readonly Component[]): number | null {
  if (components.length === 0) return null;
  return components.reduce<number | null>(
    (reward, { value }) => (reward === null || value === null ? null : reward * value),
    1,
  );
}

function stateChecks(task: TaskDraft, actual: Verdict['actual'], lines: Verdict['lines']): Check[] {
  if (task.criteria.endStates.length === 0) return [];
  if (isAccepted(task, actual))
    return [
      {
        met: true,
        text:
          lines.length === 0
            ? 'Nothing changed, as expected.'
            : `All ${lines.filter((line) => line.verdict === 'same').length} changed fields are as expected.`,
        event: null,
      },
    ];
  return lines
    .filter((line) => line.verdict !== 'same' && line.verdict !== 'free')
    .map((line) => ({
      met: false,
      text: `${line.table} ${line.id} ${line.field}: ${words[line.verdict]}`,
      event: line.event,
    }));
}

const words = {
  missing: 'expected to change, did not',
  wrong: 'changed to another value',
  extra: 'changed, not expected',
  same: '',
  free: '',
} as const;

/** An assertion that nobody here can evaluate leaves the whole component unjudged. */
function assertionsComponent(domain: Domain, end: State, task: TaskDraft): Component {
  const findings = (task.criteria.assertions ?? []).map((assertion) =>
    checkAssertion(domain, end, assertion),
  );
  const checks = findings.map((finding): Check => ({
    met: finding.evaluated && finding.met,
    text: finding.text,
    event: null,
  }));
  return findings.some((finding) => !finding.evaluated)
    ? { basis: 'assertions', value: null, checks }
    : component('assertions', checks);
}

function requiredChecks(task: TaskDraft, events: readonly RolloutEvent[]): Check[] {
  return (task.criteria.required ?? []).map(({ call, compare }) => {
    const made = events.find((event) => event.type === 'tool-call' && isRequired(call, event.call, compare));
    return { met: made !== undefined, text: `${call.name} has to be called`, event: made?.index ?? null };
  });
}

/** Whether a call is the one that a criterion of others asks for; `compare` names the arguments that count. */
export function isRequired(wanted: ToolCall, call: ToolCall, compare: readonly string[] | null): boolean {
  const names = compare ?? [...new Set([...Object.keys(wanted.arguments), ...Object.keys(call.arguments)])];
  return (
    wanted.name === call.name && names.every((name) => sameJson(wanted.arguments[name], call.arguments[name]))
  );
}

function communicateChecks(task: TaskDraft, events: readonly RolloutEvent[]): Check[] {
  return task.criteria.communicate.map((fact) => {
    const said = events.find((event) => event.type === 'agent-message' && says(event.text, fact.value));
    return { met: said !== undefined, text: `${fact.title}: ${fact.value}`, event: said?.index ?? null };
  });
}

function outcomeChecks(domain: Domain, task: TaskDraft, rollout: Rollout): Check[] {
  const { requests, changes } = task.program;
  const all = [...requests, ...changes.flatMap((change) => change.add)];
  const titleOf = (id: string) => {
    const intent = all.find((known) => known.id === id)?.intent ?? '';
    return domain.intent(intent)?.title ?? `Request ${id}`;
  };
  return task.criteria.outcomes.flatMap(({ request, accepted, evidence, asked = [] }): Check[] => {
    const status = rollout.statuses[request] ?? 'open';
    const at =
      rollout.events.findLast((event) => event.type === 'request-status' && event.request === request)
        ?.index ?? null;
    const ended: Check = {
      met: accepted.some((outcome) => outcome === status),
      text: `${titleOf(request)}: should end ${accepted.join(' or ')}; it is ${status}.`,
      event: at,
    };
    // The first no is what the evidence has to come before.
    const no = firstNo(rollout.events, request);
    const first = (event: RolloutEvent) => no === null || event.index < no;
    return [
      ended,
      ...asked.map((call): Check => {
        const event = rollout.events.find(
          (other) =>
            other.type === 'agent-message' &&
            first(other) &&
            other.acts.some((act) => act.type === 'ask_action' && act.call.name === call.name),
        );
        return {
          met: event !== undefined,
          text: `The user was asked for ${call.name} before the answer.`,
          event: event?.index ?? null,
        };
      }),
      ...evidence.map((ref): Check => {
        const read = rollout.events.find(
          (event) =>
            event.type === 'tool-result' &&
            event.ok &&
            first(event) &&
            event.shows.some((shown) => shown.table === ref.table && shown.id === ref.id),
        );
        return {
          met: read !== undefined,
          text: `${ref.table} ${ref.id} was read before the answer.`,
          event: read?.index ?? null,
        };
      }),
    ];
  });
}

function firstNo(events: readonly RolloutEvent[], request: string): number | null {
  const found = events.find(
    (event) =>
      (event.type === 'agent-message' &&
        event.acts.some((act) => act.type === 'refuse' && act.request === request)) ||
      (event.type === 'request-status' && event.request === request && event.status !== 'open'),
  );
  return found?.index ?? null;
}

function forbiddenChecks(domain: Domain, task: TaskDraft, events: readonly RolloutEvent[]): Check[] {
  const listed = task.criteria.forbidden.map(({ call, why }): Check => {
    const issued = events.find((event) => event.type === 'tool-call' && sameCall(domain, event.call, call));
    return {
      met: issued === undefined,
      text: `${call.name} must not be called: ${why}`,
      event: issued?.index ?? null,
    };
  });
  // What others forbid is in their list; the rules are this project's reading of a policy.
  if (task.provenance.source === 'imported') return listed;
  const broken = events.flatMap((event): Check[] =>
    event.type === 'tool-result'
      ? event.broke.map(({ rule, reason }) => ({
          met: false,
          text: `Rule ${rule}: ${reason}`,
          event: event.call,
        }))
      : [],
  );
  const rules: Check[] =
    broken.length > 0
      ? broken
      : [{ met: true, text: `No write broke any of ${domain.rules.length} rules.`, event: null }];
  return [...listed, ...rules];
}
