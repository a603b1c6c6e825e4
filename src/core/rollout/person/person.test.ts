import { beforeAll, describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { telecom } from '#domains/telecom/index.ts';
import type { Task } from '../../certify/index.ts';
import { seedState, type Domain } from '../../environment/index.ts';
import { judge } from '../../evaluate/index.ts';
import { createRunner } from '../../pipeline/index.ts';
import { careful } from '../baselines/index.ts';
import type { AgentAct, Rollout, RolloutEvent } from '../event.ts';
import { collectRollout, rollout as steps } from '../orchestrate.ts';
import { ruleSeat } from '../seat/ruleSeat.ts';
import { heardByRules, openRequests } from './hearing.ts';
import { personAtAgent, type AgentMove } from './personAgent.ts';
import { PersonUser, type AskUser, type UserMove } from './personUser.ts';
import type { Sayable, Standing } from './sayable.ts';

const size = 40;
const wanted = { general: 2, ambiguous: 3, changing: 3, infeasible: 3 };
const databaseOf = (domain: Domain) => ({ kind: 'seed', domain: domain.id, seed: 'person', size }) as const;
let tasks: Task[] = [];
let phones: Task[] = [];

async function made(domain: Domain): Promise<Task[]> {
  const job = { type: 'generate', database: databaseOf(domain), seed: 'p', batch: 0, knobs: {} } as const;
  return (await createRunner([domain]).run({ ...job, wanted })).tasks;
}

beforeAll(async () => {
  tasks = await made(library);
  phones = await made(telecom);
}, 120_000);

const state = seedState(library, 'person', size);
const base = { domain: library, state, trial: 0, seed: 's' } as const;

/** Plays the user of a task, served by the careful baseline. */
async function asUser(domain: Domain, task: Task, ask: AskUser, signal?: AbortSignal) {
  const database = seedState(domain, 'person', size);
  const events: RolloutEvent[] = [];
  const { program } = task;
  const party = new PersonUser({ domain, program, ask, events: () => events, state: database });
  const run = steps({
    ...{ domain, state: database, task, agent: careful, trial: 0, seed: 's', party },
    ...(signal === undefined ? {} : { signal }),
  });
  let rollout: Rollout | null = null;
  while (rollout === null) {
    const step = await run.next();
    if (step.done) rollout = step.value;
    else events.push(step.value);
  }
  return { rollout, verdict: judge(domain, database, task, rollout) };
}

/** A person who does what the program asks for, one thing after the other. */
function obedient(): AskUser {
  const insisted = new Map<string, number>();
  return (standing, can) => {
    const asked = standing.acts.find(
      (act) =>
        act.type === 'ask_action' &&
        !standing.used.some(({ call }) => call.name === act.call.name) &&
        !standing.program.unwilling?.some(({ tool }) => tool === act.call.name),
    );
    const said = said0(standing, can, insisted);
    const changes = said.some(({ effect }) => effect?.type === 'change');
    if (asked?.type === 'ask_action' && !changes)
      return Promise.resolve<UserMove>({ type: 'use', call: asked.call });
    const opening = standing.isOpening ? [standing.program.openingText] : [];
    const words = [
      ...opening,
      ...said.filter(({ id }) => !standing.isOpening || id === 'identity').map(({ words }) => words),
    ];
    return Promise.resolve<UserMove>({ type: 'say', text: words.join(' ') || 'Please go on.', said });
  };
}

function said0(standing: Standing, can: readonly Sayable[], insisted: Map<string, number>): Sayable[] {
  const apt = can.filter(({ isApt, isDue }) => isApt && isDue);
  const changes = apt.some(({ effect }) => effect?.type === 'change');
  const asksFirst = can.filter(
    ({ id }) => id.startsWith('ask:') && standing.acts.some(({ type }) => type === 'ask_confirmation'),
  );
  const questions = asksFirst.length > 0 && !changes ? asksFirst : [];
  return [...apt, ...questions].filter(({ id, effect }) => {
    const [kind = '', request = ''] = id.split(':');
    if (kind === 'unknown') return false;
    if (kind === 'no') return standing.acts.some((act) => act.type === 'ask_action') && !changes;
    if (kind === 'yes') return !changes && questions.length === 0;
    if (effect?.type === 'accept' || kind === 'insist') {
      const reaction = standing.program.refusals[request];
      if (reaction?.type === 'accept_alternative') return false;
      const most = reaction?.type === 'push_back' ? reaction.texts.length : 0;
      const times = insisted.get(request) ?? 0;
      if (kind === 'insist' && times < most) insisted.set(request, times + 1);
      return (kind === 'insist') === times < most;
    }
    return true;
  });
}

const faultsOf = ({ events }: Rollout) =>
  events.flatMap((event) => (event.type === 'simulator-fault' ? [event.fault.kind] : []));

describe('a person who plays the user by the program', () => {
  it('is served as the program itself is: same verdict, and nothing to object to', async () => {
    expect(new Set(tasks.map(({ condition }) => condition)).size).toBe(4);
    for (const task of tasks) {
      const { rollout, verdict } = await asUser(library, task, obedient());
      expect([task.id, verdict.class, faultsOf(rollout)]).toEqual([task.id, 'pass', []]);
    }
  });

  it('uses tools of their own, and tells what came of it', async () => {
    expect(phones.length).toBeGreaterThan(0);
    let used = 0;
    for (const task of phones) {
      const { rollout, verdict } = await asUser(telecom, task, obedient());
      used += rollout.events.filter(
        (event) => event.type === 'tool-call' && event.call.requestor === 'user',
      ).length;
      expect([task.id, verdict.class, faultsOf(rollout)]).toEqual([task.id, 'pass', []]);
    }
    expect(used).toBeGreaterThan(0);
  });
});

const hidden = () => {
  const task = tasks.find((one) => one.condition === 'ambiguous');
  if (task === undefined) throw new Error('no ambiguous task');
  return task;
};

describe('a person who does not keep to the program', () => {
  it('is found to tell what is to be held back, and a failure is then not the agent’s', async () => {
    const task = hidden();
    const secret = task.hidden.map(({ request, slot }) => `slot:${request}.${slot}`);
    let first = true;
    const { rollout, verdict } = await asUser(library, task, (standing, can) => {
      const said = first
        ? can.filter(({ id }) => secret.includes(id) || id.startsWith('wish:'))
        : can.filter(({ id }) => id === 'goodbye');
      const text = first ? said.map(({ words, label }) => words || label).join(' ') : 'Goodbye.';
      first = false;
      return Promise.resolve({ type: 'say', text, said });
    });
    expect(faultsOf(rollout)).toContain('early_disclosure');
    expect(faultsOf(rollout)).toContain('early_stop');
    expect(verdict.class).toBe('invalid');
  });

  it('is found to make up a number', async () => {
    const told = obedient();
    const { rollout } = await asUser(library, hidden(), async (standing, can, signal) => {
      const move = await told(standing, can, signal);
      return move.type === 'say' && standing.isOpening
        ? { ...move, text: `${move.text} My code is QX-99871.` }
        : move;
    });
    expect(faultsOf(rollout)).toContain('invented_value');
  });

  it('is found to leave without the change of mind', async () => {
    const task = tasks.find(({ condition }) => condition === 'changing');
    if (task === undefined) throw new Error('no changing task');
    const { rollout } = await asUser(library, task, (_, can) =>
      Promise.resolve({
        type: 'say',
        text: `${task.program.openingText} Bye.`,
        said: can.filter(({ id }) => id === 'goodbye' || id.startsWith('wish:')),
      }),
    );
    expect(faultsOf(rollout)).toContain('omission');
  });

  it('may stop in the middle, which counts neither way', async () => {
    const abort = new AbortController();
    const { rollout, verdict } = await asUser(
      library,
      hidden(),
      (_standing, _can, signal) => {
        abort.abort(new DOMException('Stopped.', 'AbortError'));
        signal?.throwIfAborted();
        throw new Error('not reached');
      },
      abort.signal,
    );
    expect(rollout.termination).toBe('cancelled');
    expect(verdict.class).toBe('error');
  });
});

/** What a baseline did, done by a person who chooses what each message is about. */
function imitated(rollout: Rollout): () => Promise<AgentMove> {
  const moves = rollout.events.flatMap((event): AgentMove[] => {
    if (event.type === 'agent-message')
      return [{ type: 'say', text: event.text, acts: event.acts.filter(isChosen) }];
    return event.type === 'tool-call' ? [{ type: 'call', call: event.call }] : [];
  });
  let at = 0;
  return () => {
    const move = moves[at++];
    return move === undefined ? Promise.reject(new Error('nothing left to do')) : Promise.resolve(move);
  };
}
// Facts and what was done are plain from the words and the calls.
const isChosen = (act: AgentAct) => act.type !== 'state_facts' && act.type !== 'report_done';

describe('a person in the agent’s seat', () => {
  it('who does what the careful baseline does passes as it does', async () => {
    for (const task of tasks) {
      const run = await collectRollout({ ...base, task, agent: careful });
      const person = await collectRollout({ ...base, task, ...personAtAgent(imitated(run), ruleSeat) });
      expect([task.id, judge(library, state, task, person).class]).toEqual([task.id, 'pass']);
      expect(person.agent).toEqual({ id: 'human', title: 'Person', kind: 'human' });
    }
  });

  it('is read by rules where they choose nothing', async () => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    let asked = 0;
    const seats = personAtAgent(() => {
      asked += 1;
      if (asked > 1) return Promise.reject(new Error('enough'));
      return Promise.resolve({
        type: 'say',
        text: 'Could you tell me who you are, to verify your account?',
        acts: null,
      });
    }, ruleSeat);
    const { events } = await collectRollout({ ...base, task, ...seats });
    const said = events.find((event) => event.type === 'agent-message');
    expect(said?.type === 'agent-message' && said.acts.map(({ type }) => type)).toContain('ask_identity');
    const { program } = task;
    const before = events.slice(0, said?.index);
    expect(
      heardByRules(
        { domain: library, program, state, events: before },
        said?.type === 'agent-message' ? said.text : '',
      ),
    ).toEqual(said?.type === 'agent-message' ? said.acts : []);
    expect(openRequests({ program, events: before })).toEqual(program.requests);
  });
});
