import { applyCall, sameState } from '../../environment/index.ts';
import type { Json, ToolCall } from '../../environment/index.ts';
import { judge } from '../../evaluate/index.ts';
import { completions } from '../../explore/index.ts';
import { careful, nullAgent, oracle, player } from '../../rollout/index.ts';
import type { ReferenceStep } from '../../transform/index.ts';
import { failed, passed, warned, type Check, type Trial } from '../check.ts';

/** The evidence when the agent that does nothing gets the reward. */
export const NOTHING_PASSES = 'Doing nothing passes.';

/** E1. Oracle gets 1, and each mutant of the oracle gets 0. */
export const e1: Check = {
  id: 'E1',
  level: 'H',
  title: 'Oracle gets 1, and each mutant of the oracle gets 0',
  async run(trial) {
    const imported = trial.draft.provenance.source === 'imported';
    for (const agent of imported ? [oracle] : [oracle, careful]) {
      const { reward, rollout } = await trial.serve(agent);
      if (reward !== 1) {
        const verdict = judge(trial.domain, trial.state, trial.draft, rollout);
        const unmet = verdict.components.flatMap(({ checks }) => checks).find((check) => !check.met);
        return failed(`${agent.identity.id} gets ${reward}: ${unmet?.text ?? 'not judged'}`);
      }
    }
    if ((await trial.serve(nullAgent)).reward !== 0) return failed(NOTHING_PASSES);
    const all = mutants(trial);
    for (const { name, steps } of all) {
      const { reward } = await trial.serve(player(name, steps));
      if (reward === 0) continue;
      // Some tasks of others compare no end state, and say so: what is done besides is not part of their reward.
      if (imported && name === EXTRA && !trial.draft.criteria.basis.includes('state'))
        return warned(`The mutant "${name}" gets ${reward}: the end state is not part of the reward.`);
      return failed(`The mutant "${name}" gets ${reward}.`);
    }
    return passed(
      `${imported ? 'oracle gets' : 'oracle and careful get'} 1; null and ${all.length} mutants get 0 (${all.map(({ name }) => name).join(', ')}).`,
    );
  },
};

/** The last of the mutants. */
const EXTRA = 'extra write';

interface Mutant {
  readonly name: string;
  readonly steps: readonly ReferenceStep[];
}

/** One missing write, one wrong argument or record, one extra write: of the last write, where there is one. */
function mutants(trial: Trial): Mutant[] {
  const { reference } = trial.draft.criteria;
  const isWrite = (step: ReferenceStep | undefined) =>
    step?.type === 'call' && trial.domain.tool(step.call.name)?.kind === 'write';
  const at = reference.findLastIndex(isWrite);
  const step = reference[at];
  const found: Mutant[] = [];
  if (step?.type === 'call') {
    found.push({ name: 'missing write', steps: reference.filter((_, i) => i !== at) });
    const wrong = wrongCall(trial, at, step.call);
    if (wrong !== undefined)
      found.push({
        name: 'wrong argument',
        steps: reference.map((other, i) => (i === at ? { ...step, call: wrong } : other)),
      });
  }
  const extra = extraCall(trial);
  if (extra !== undefined) {
    // After whoever it is was found, but before the first write, which may leave nothing for it to change.
    const early = isWrite(reference[0]) ? 0 : 1;
    found.push({
      name: EXTRA,
      steps: [
        ...reference.slice(0, early),
        { type: 'call', request: null, call: extra },
        ...reference.slice(early),
      ],
    });
  }
  return found;
}

const before = (trial: Trial, at: number) =>
  trial.after(
    trial.draft.criteria.reference.slice(0, at).flatMap((step) => (step.type === 'call' ? [step.call] : [])),
  );

/** The call with one value replaced so that the tool still runs it and ends elsewhere. */
function wrongCall(trial: Trial, at: number, call: ToolCall): ToolCall | undefined {
  const state = before(trial, at);
  const right = trial.domain.intentsFor(call.name);
  const target = execute(trial, state, call);
  for (const intent of right) {
    const parsed = intent.parse?.(state, call);
    if (parsed === undefined) continue;
    for (const slot of intent.slots.toReversed()) {
      const index = intent.slots.indexOf(slot);
      const earlier = Object.fromEntries(
        intent.slots
          .slice(0, index)
          .flatMap(({ name }): [string, Json][] =>
            parsed.values[name] === undefined ? [] : [[name, parsed.values[name]]],
          ),
      );
      for (const candidate of slot
        .candidates({ db: state, userId: parsed.userId, values: earlier })
        .slice(0, 8)) {
        const other = intent.call?.({
          db: state,
          userId: parsed.userId,
          values: { ...parsed.values, [slot.name]: candidate.value },
        });
        const end = other === undefined ? undefined : execute(trial, state, other);
        if (other !== undefined && end !== undefined && target !== undefined && !sameState(end, target))
          return other;
      }
    }
  }
  return undefined;
}

function execute(trial: Trial, state: Trial['state'], call: ToolCall) {
  const outcome = applyCall(trial.domain, state, call);
  return outcome.ok ? outcome.state : undefined;
}

/** A write that the user never asked for: it runs before the reference, and its effect is still there after it. */
function extraCall(trial: Trial): ToolCall | undefined {
  const { calls, state } = trial;
  const userId = trial.draft.program.userId;
  for (const intent of trial.domain.intents) {
    if (intent.tool === undefined) continue;
    for (const values of completions(intent, state, userId, {}, 4).assignments) {
      const call = intent.call?.({ db: state, userId, values });
      if (call === undefined || execute(trial, state, call) === undefined) continue;
      if (!sameState(trial.after([call, ...calls]), trial.reference.state)) return call;
    }
  }
  return undefined;
}
