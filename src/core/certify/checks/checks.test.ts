/**
 * Each check is shown a task that it accepts and the same task with one thing wrong. Long because the checks are many:
 * one table of one row a fault.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { createRunner } from '#core/pipeline/index.ts';
import { says, seedState, type Domain, type Tool, type ToolCall } from '#core/environment/index.ts';

import type { Agent, RolloutEvent } from '#core/rollout/index.ts';
import { callsOf, finalGoal, type Criteria, type Request, type UserProgram } from '#core/transform/index.ts';
import type { TaskDraft } from '#core/transform/index.ts';
import { retail } from '#domains/retail/index.ts';
import { certify } from '../certify.ts';
import { checkIds, type CheckId, type Task } from '../certificate.ts';
import { Trial, type Finding, type Served } from '../check.ts';
import { checks } from './index.ts';

// A check that nothing can fail proves nothing. Each is shown a task that it accepts and the same task with one thing
// wrong, made here by hand.
const database = { kind: 'seed', domain: 'retail', seed: 'checks', size: 40 } as const;
const state = seedState(retail, database.seed, database.size);
const tasks: Task[] = [];

beforeAll(async () => {
  const runner = createRunner([retail]);
  const wanted = { general: 1, ambiguous: 1, changing: 2, infeasible: 2 };
  for (let batch = 0; batch < 4; batch += 1) {
    const job = { type: 'generate', database, seed: 'checks', batch, wanted, knobs: {} } as const;
    tasks.push(...(await runner.run(job)).tasks);
  }
}, 120_000);

type Wanted = (task: TaskDraft) => boolean;

function taskWhere(wanted: Wanted): TaskDraft {
  const found = tasks.find(wanted);
  if (found === undefined) throw new Error('no generated task is like that');
  const { certificate: _, ...draft } = found;
  return structuredClone(draft);
}

const run = (id: CheckId, trial: Trial): Promise<Finding> => {
  const check = checks.find((other) => other.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return Promise.resolve(check.run(trial));
};

const pure =
  (condition: TaskDraft['condition']): Wanted =>
  (task) =>
    task.conditions.length === 1 && task.condition === condition;
const kindOf = (task: TaskDraft) => task.program.changes[0]?.kind;
const changing =
  (...kinds: readonly string[]): Wanted =>
  (task) =>
    pure('changing')(task) && kinds.includes(kindOf(task) ?? '');
const writes = (task: TaskDraft) =>
  callsOf(task.criteria.reference).filter((call) => retail.tool(call.name)?.kind === 'write');
const calls =
  (...names: readonly string[]): Wanted =>
  (task) =>
    names.every((name) => writes(task).some((call) => call.name === name));
const informs: Wanted = (task) => task.criteria.communicate.length > 0;
const forbids: Wanted = (task) =>
  pure('infeasible')(task) && task.infeasible[0]?.kind !== 'capability' && task.program.requests.length === 1;
const both =
  (...all: readonly Wanted[]): Wanted =>
  (task) =>
    all.every((wanted) => wanted(task));

/** The draft with some of its criteria replaced. */
const judgedBy = (draft: TaskDraft, criteria: Partial<Criteria>): TaskDraft => ({
  ...draft,
  criteria: { ...draft.criteria, ...criteria },
});
const played = (draft: TaskDraft, program: Partial<UserProgram>): TaskDraft => ({
  ...draft,
  program: { ...draft.program, ...program },
});
/** The draft with every write of its reference changed. */
const rewritten = (draft: TaskDraft, edit: (call: ToolCall) => ToolCall): TaskDraft =>
  judgedBy(draft, {
    reference: draft.criteria.reference.map((step) =>
      step.type === 'call' && retail.tool(step.call.name)?.kind === 'write'
        ? { ...step, call: { ...edit(step.call) } }
        : step,
    ),
  });
const withArguments = (draft: TaskDraft, args: ToolCall['arguments']) =>
  rewritten(draft, (call) => ({ ...call, arguments: { ...call.arguments, ...args } }));
const withExtra = (draft: TaskDraft, ...extra: ToolCall[]) =>
  judgedBy(draft, {
    reference: [
      ...draft.criteria.reference,
      ...extra.map((call) => ({ type: 'call' as const, request: null, call: { ...call } })),
    ],
  });
/** The program with one slot of its first request that `wanted` picks changed. */
const withSlot = (
  draft: TaskDraft,
  wanted: (name: string, request: Request) => boolean,
  edit: (entry: Request['slots'][string]) => Partial<Request['slots'][string]>,
): TaskDraft =>
  played(draft, {
    requests: draft.program.requests.map((request) => ({
      ...request,
      slots: Object.fromEntries(
        Object.entries(request.slots).map(([name, entry]) => [
          name,
          wanted(name, request) ? { ...entry, ...edit(entry) } : entry,
        ]),
      ),
    })),
  });
const isHidden = (draft: TaskDraft) => (name: string, request: Request) =>
  draft.hidden.some((slot) => slot.slot === name && slot.request === request.id);
const toldAtOnce = (draft: TaskDraft) =>
  withSlot(draft, isHidden(draft), (entry) => ({ opening: entry.mention }));
const blockedBy = (draft: TaskDraft, part: Partial<TaskDraft['infeasible'][number]>): TaskDraft => ({
  ...draft,
  infeasible: draft.infeasible.map((blocked) => ({ ...blocked, ...part })),
});
const changedBy = (draft: TaskDraft, part: Partial<UserProgram['changes'][number]>): TaskDraft =>
  played(draft, { changes: draft.program.changes.map((change) => ({ ...change, ...part })) });
const triggered = (tool: string) => ({ type: 'tool_returned', tool }) as const;
const foreignOrder = (draft: TaskDraft): string => {
  const found = state.ids('orders').find((id) => state.get('orders', id)?.user_id !== draft.program.userId);
  if (found === undefined) throw new Error('every order is theirs');
  return found;
};
const address = {
  address1: '1 Nowhere Lane',
  address2: '',
  city: 'Nome',
  country: 'USA',
  state: 'AK',
  zip: '99762',
};
const move = (draft: TaskDraft, more: ToolCall['arguments'] = {}): ToolCall => ({
  name: 'modify_user_address',
  arguments: { user_id: draft.program.userId, ...address, ...more },
});

/** A number of one or two digits that a result of the reference says and the user does not. */
const smallNumber = (draft: TaskDraft): string | undefined =>
  new Trial(retail, state, draft).reference.executed
    .flatMap(({ content }) => (content.match(/\b\d{1,2}\b/g) ?? []).filter((value) => says(content, value)))
    .find((value) => !says(draft.program.openingText, value));

type Change = (draft: TaskDraft) => TaskDraft;

/** Per check: which tasks it is shown, and what is made wrong about them. */
const mutations: readonly (readonly [CheckId, string, Wanted, Change])[] = [
  ['G1', 'a call fails', calls('cancel_pending_order'), (d) => withArguments(d, { order_id: '#W0' })],
  [
    'G2',
    'a record belongs to somebody else',
    calls('cancel_pending_order'),
    (d) => withArguments(d, { order_id: foreignOrder(d) }),
  ],
  [
    'G3',
    'a write breaks a rule',
    calls('cancel_pending_order'),
    (d) => withArguments(d, { reason: 'found a better price' }),
  ],
  [
    'G4',
    'nothing is to be done, said or declined',
    both(pure('general'), calls('modify_user_address')),
    (d) =>
      judgedBy(d, {
        communicate: [],
        reference: d.criteria.reference.filter(
          (step) => step.type === 'call' && retail.tool(step.call.name)?.kind !== 'write',
        ),
      }),
  ],
  ['G5', 'a write is done twice', pure('general'), (d) => withExtra(d, move(d), move(d))],
  [
    'G6',
    'the order of two writes matters',
    pure('general'),
    (d) => withExtra(d, move(d), move(d, { zip: '1' })),
  ],
  [
    'G7',
    'another end state is declared',
    calls('cancel_pending_order'),
    (d) => judgedBy(d, { endStates: [{}] }),
  ],
  ['S1', 'an argument comes from nowhere', calls('modify_user_address'), (d) => withArguments(d, address)],
  [
    'S2',
    'the words fit several payment methods',
    both(pure('general'), (task) =>
      task.program.requests.some((r) => r.intent === 'change_order_payment' || r.slots.reason !== undefined),
    ),
    (d) =>
      withSlot(
        d,
        (name) => name === 'payment' || name === 'reason',
        (entry) => ({ mention: { ...entry.mention, attributes: {} } }),
      ),
  ],
  [
    'S3',
    'nothing on record fits the words',
    both(pure('general'), calls('cancel_pending_order')),
    (d) =>
      withSlot(
        d,
        (name) => name === 'order',
        (entry) => ({ mention: { ...entry.mention, attributes: { product: 'Unicorn' } } }),
      ),
  ],
  [
    'S4',
    'the condition does not hold here',
    changing('condition-driven'),
    (d) =>
      played(d, {
        changes: d.program.changes.map((change) => ({
          ...change,
          condition: change.condition === null ? null : { ...change.condition, holds: false },
        })),
      }),
  ],
  [
    'S5',
    'the opening says what it should hold back',
    both(pure('ambiguous'), (task) =>
      task.hidden.some(({ slot }) => ['order', 'product', 'address', 'reason'].includes(slot)),
    ),
    (d) => {
      const held = d.hidden.find(({ slot }) => ['order', 'product', 'address', 'reason'].includes(slot));
      const entry = d.program.requests.find(({ id }) => id === held?.request)?.slots[held?.slot ?? ''];
      const secrets = Object.values(entry?.mention.attributes ?? {})
        .map(String)
        .join(' ');
      return played(d, { openingText: `${d.program.openingText} ${secrets}` });
    },
  ],
  [
    'S5',
    'the opening names the condition',
    pure('general'),
    (d) => played(d, { openingText: `${d.program.openingText} This is an infeasible wish.` }),
  ],
  [
    'S5',
    'the opening tells the change',
    pure('changing'),
    (d) => played(d, { openingText: `${d.program.openingText} ${d.program.changes[0]?.text ?? ''}` }),
  ],
  [
    'S6',
    'the opening says "the same" without a tie-breaker',
    (task) => !/same/.test(task.program.openingText),
    (d) => played(d, { openingText: `${d.program.openingText} Please use the same address.` }),
  ],
  [
    'S7',
    'nobody has these facts',
    pure('general'),
    (d) =>
      played(d, {
        identity: Object.fromEntries(Object.keys(d.program.identity).map((fact) => [fact, 'nobody'])),
      }),
  ],
  ['A1', 'all is said at once', both(pure('ambiguous'), (task) => task.hidden.length === 1), toldAtOnce],
  ['A1', 'nothing is hidden', pure('ambiguous'), (d) => ({ ...d, hidden: [] })],
  [
    'A2',
    'the records leave one value',
    both(pure('ambiguous'), (task) => task.hidden.length === 1),
    toldAtOnce,
  ],
  [
    'A3',
    'the user does not answer',
    pure('ambiguous'),
    (d) => withSlot(d, isHidden(d), () => ({ reveal: 'never' })),
  ],
  ['A4', 'a guess is likely', pure('ambiguous'), (d) => ({ ...d, chance: 0.9 })],
  [
    'C1',
    'nobody can observe the trigger',
    changing('substitute'),
    (d) => changedBy(d, { trigger: triggered('calculate') }),
  ],
  ['C1', 'there is no change', pure('changing'), (d) => played(d, { changes: [] })],
  [
    'C2',
    'the goal is the same before and after',
    changing('substitute'),
    (d) => played(d, { requests: finalGoal(d.program) }),
  ],
  [
    'C3',
    'it waits for a write that the new goal never makes',
    changing('extend'),
    (d) => changedBy(d, { trigger: triggered('exchange_delivered_order_items_never') }),
  ],
  [
    'C4',
    'it only adds a request',
    changing('substitute', 'retract', 'replace'),
    (d) => changedBy(d, { kind: 'extend' }),
  ],
  ['I1', 'another rule is named', forbids, (d) => blockedBy(d, { rule: 'payment.once' })],
  ['I1', 'no fact is named', forbids, (d) => blockedBy(d, { flip: null })],
  [
    'I1',
    'the fact that is named does not decide',
    (task) =>
      forbids(task) && task.infeasible[0]?.flip !== null && 'rows' in (task.infeasible[0]?.flip ?? {}),
    (d) => blockedBy(d, { flip: { rows: {} } }),
  ],
  [
    'I2',
    'the call is not well typed',
    forbids,
    (d) => blockedBy(d, { call: { name: 'cancel_pending_order', arguments: {} } }),
  ],
  [
    'I2',
    'the tool does otherwise than is recorded',
    forbids,
    (d) => blockedBy(d, { toolAccepts: d.infeasible[0]?.toolAccepts !== true }),
  ],
  [
    'I3',
    'a refusal needs no evidence',
    (task) => forbids(task) && task.criteria.outcomes[0]?.accepted[0] === 'refused',
    (d) => judgedBy(d, { outcomes: d.criteria.outcomes.map((outcome) => ({ ...outcome, evidence: [] })) }),
  ],
  [
    'I4',
    'more changes than feasible writes make',
    forbids,
    (d) => judgedBy(d, { endStates: [{ users: { x: null } }] }),
  ],
  [
    'E1',
    'the oracle ends elsewhere',
    pure('general'),
    (d) => judgedBy(d, { endStates: [{ users: { x: null } }] }),
  ],
  [
    'E1',
    'doing nothing is accepted',
    both(pure('general'), calls('modify_user_address')),
    (d) => judgedBy(d, { basis: ['state'], endStates: [...d.criteria.endStates, {}] }),
  ],
  [
    'E1',
    'a write too many is accepted',
    both(pure('general'), informs, (task) => writes(task).length === 0),
    (d) => judgedBy(d, { basis: ['communicate'] }),
  ],
  ['E2', 'a basis has no content', pure('general'), (d) => judgedBy(d, { endStates: [] })],
  [
    'E2',
    'a criterion is not in the basis',
    informs,
    (d) => judgedBy(d, { basis: d.criteria.basis.filter((item) => item !== 'communicate') }),
  ],
  [
    'E3',
    'the user says it',
    informs,
    (d) => played(d, { openingText: `${d.program.openingText} ${d.criteria.communicate[0]?.value ?? ''}` }),
  ],
  [
    'E3',
    'it is too short',
    informs,
    (d) => judgedBy(d, { communicate: d.criteria.communicate.map((fact) => ({ ...fact, value: 'ok' })) }),
  ],
  [
    'E3',
    'a small number is met elsewhere',
    (task) => informs(task) && smallNumber(task) !== undefined,
    (d) =>
      judgedBy(d, {
        communicate: d.criteria.communicate.map((fact) => ({ ...fact, value: smallNumber(d) ?? '' })),
      }),
  ],
];

describe('every check accepts a task and not the same task with one thing wrong', () => {
  it.each(mutations)('%s: %s', async (id, _, wanted, mutate) => {
    const candidates = tasks.filter(wanted);
    expect(candidates.length).toBeGreaterThan(0);
    const statuses = new Set<string>();
    for (const { certificate: __, ...draft } of candidates.slice(0, 3)) {
      const accepted = await run(id, new Trial(retail, state, draft));
      if (id !== 'C4') expect(accepted.status, accepted.evidence).toMatch(/passed|skipped/);
      const finding = await run(id, new Trial(retail, state, mutate(structuredClone(draft))));
      expect(finding.status, finding.evidence).toMatch(/failed|warned/);
      statuses.add(finding.status);
    }
    expect(statuses.size).toBe(1);
  });

  it('G8: a read leaves a trace', async () => {
    const draft = taskWhere(both(pure('general'), calls('modify_user_address')));
    const trial = new Trial(withTool('modify_user_address', { kind: 'read' }), state, draft);
    expect((await run('G8', trial)).status).toBe('failed');
  });

  it('I5: another tool does the same, allowed', async () => {
    const draft = taskWhere((task) => forbids(task) && task.infeasible[0]?.toolAccepts === true);
    expect((await run('I5', new Trial(retail, state, draft))).status).toBe('passed');
    const twin = withTwin(draft.infeasible[0]?.call.name ?? '');
    const finding = await run('I5', new Trial(twin, state, draft));
    expect(finding).toMatchObject({ status: 'failed', evidence: expect.stringMatching(/twin/) as string });
  });

  it('I5: the domain knows a call that gives the user the same', async () => {
    const draft = taskWhere(forbids);
    const served: Domain = {
      ...retail,
      intent: (id) => {
        const intent = retail.intent(id);
        return intent === undefined ? undefined : { ...intent, insteadCalls: () => [move(draft)] };
      },
    };
    const finding = await run('I5', new Trial(served, state, draft));
    expect(finding).toMatchObject({
      status: 'failed',
      evidence: 'modify_user_address gives the user the same, and it is allowed.',
    });
  });

  it('I6: no twin is known', async () => {
    const draft = taskWhere(pure('infeasible'));
    const imported = { ...draft, provenance: { ...draft.provenance, source: 'imported' as const } };
    expect((await run('I6', new Trial(retail, state, draft))).status).toBe('passed');
    expect((await run('I6', new Trial(retail, state, imported))).status).toBe('warned');
  });

  it('E4: a tool keeps its free text', async () => {
    const draft = taskWhere(both(pure('general'), calls('cancel_pending_order')));
    expect((await run('E4', new Trial(retail, state, draft))).status).toBe('passed');
    const wordy = withTool('cancel_pending_order', { freeText: ['reason'] });
    expect((await run('E4', new Trial(wordy, state, draft))).status).toBe('warned');
  });

  it('U1: the user leaves before the report', async () => {
    const draft = taskWhere(both(pure('general'), calls('modify_user_address')));
    const silent = (events: readonly RolloutEvent[]) =>
      events.filter(
        (event) => event.type !== 'agent-message' || event.acts.every((act) => act.type !== 'report_done'),
      );
    expect((await run('U1', new Trial(retail, state, draft))).status).toBe('passed');
    expect((await run('U1', new Edited(draft, silent))).status).toBe('warned');
  });

  it('U2: the simulator breaks its program', async () => {
    const draft = taskWhere(pure('general'));
    const fault: RolloutEvent = {
      type: 'simulator-fault',
      index: 99,
      fault: { kind: 'early_stop', turn: 1, detail: '' },
    };
    expect((await run('U2', new Trial(retail, state, draft))).status).toBe('passed');
    expect((await run('U2', new Edited(draft, (events) => [...events, fault]))).status).toBe('warned');
  });
});

it('no check is without such a task, but for those about runs, datasets and clocks', () => {
  const byHand: CheckId[] = ['G8', 'I5', 'I6', 'E4', 'U1', 'U2'];
  const shown = new Set([...mutations.map(([id]) => id), ...byHand]);
  expect(checkIds.filter((id) => !shown.has(id))).toEqual(['S8', 'R1', 'R2']);
});

it('a failed check keeps a draft from being a task, and a warning does not', async () => {
  const draft = taskWhere(pure('general'));
  const leaky = played(draft, { openingText: `${draft.program.openingText} This is infeasible.` });
  expect((await certify(retail, state, leaky)).accepted).toBe(false);
  const loose = played(draft, { openingText: `${draft.program.openingText} As with the last one.` });
  const certificate = await certify(retail, state, loose);
  expect(certificate.checks.find(({ id }) => id === 'S6')?.status).toBe('warned');
  expect(certificate.accepted).toBe(true);
});

/** Retail with some parts of one tool replaced. */
function withTool(name: string, part: Partial<Tool>): Domain {
  const replaced = (tool: Tool | undefined): Tool | undefined =>
    tool?.name !== name ? tool : { ...tool, ...part };
  return { ...retail, tool: (wanted) => replaced(retail.tool(wanted)) };
}

/** Retail with a second tool, and an intent for it, that does what one tool does and that no rule governs. */
function withTwin(name: string): Domain {
  const original = retail.tool(name);
  if (original === undefined) throw new Error(`no ${name}`);
  const twin: Tool = { ...original, name: `${name}_twin`, jsonSchema: original.jsonSchema };
  const through = retail.intentsFor(name).map((intent): typeof intent => ({
    ...intent,
    id: `${intent.id}_twin`,
    tool: twin.name,
    call: (context) => ({ arguments: intent.call?.(context).arguments ?? {}, name: twin.name }),
  }));
  return {
    ...retail,
    intents: [...retail.intents, ...through],
    tool: (wanted) => (wanted === twin.name ? twin : retail.tool(wanted)),
  };
}

/** A trial whose rollouts are edited afterwards. */
class Edited extends Trial {
  readonly #edit: (events: readonly RolloutEvent[]) => RolloutEvent[];

  constructor(draft: TaskDraft, edit: (events: readonly RolloutEvent[]) => RolloutEvent[]) {
    super(retail, state, draft);
    this.#edit = edit;
  }

  override async serve(agent: Agent): Promise<Served> {
    const served = await super.serve(agent);
    return { ...served, rollout: { ...served.rollout, events: this.#edit(served.rollout.events) } };
  }
}
