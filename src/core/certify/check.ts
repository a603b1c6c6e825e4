import { changedRows, prepare, replay } from '../environment/index.ts';
import type { ChangedRows, Domain, State, ToolCall } from '../environment/index.ts';
import { rewardOf } from '../evaluate/index.ts';
import { execute, type ExecutedCall } from '../explore/index.ts';
import { collectRollout, type Agent, type Rollout } from '../rollout/index.ts';
import { callsOf, type TaskDraft } from '../transform/index.ts';
import type { CheckId, CheckResult } from './certificate.ts';

/** What one check found: status and evidence in words with numbers. */
export type Finding = Pick<CheckResult, 'status' | 'evidence'>;

/** One check of the certificate. */
export interface Check {
  readonly id: CheckId;
  /** H: a failing task is rejected. W: shown as a warning. */
  readonly level: 'H' | 'W';
  /** One line: what it proves. */
  readonly title: string;
  run(trial: Trial): Finding | Promise<Finding>;
}

export const passed = (evidence: string): Finding => ({ status: 'passed', evidence });
export const failed = (evidence: string): Finding => ({ status: 'failed', evidence });
export const warned = (evidence: string): Finding => ({ status: 'warned', evidence });
export const skipped = (evidence: string): Finding => ({ status: 'skipped', evidence });

/** A rollout on the draft, and its reward. */
export interface Served {
  readonly rollout: Rollout;
  readonly reward: number | null;
}

/** One draft on trial: what checks share, computed once. */
export class Trial {
  readonly domain: Domain;
  /** The state in which the task begins: its database after its initialization. */
  readonly state: State;
  readonly #database: State;
  readonly draft: TaskDraft;
  readonly calls: readonly ToolCall[];
  #replayed: { state: State; executed: ExecutedCall[] } | undefined;
  readonly #rollouts = new Map<string, Promise<Served>>();

  constructor(domain: Domain, database: State, draft: TaskDraft) {
    this.domain = domain;
    this.#database = database;
    this.state = prepare(domain, database, draft.initialization);
    this.draft = draft;
    this.calls = callsOf(draft.criteria.reference);
  }

  /** The reference, executed from the initial state. */
  get reference(): { state: State; executed: ExecutedCall[] } {
    this.#replayed ??= execute(
      this.domain,
      this.state,
      this.calls.map((call) => ({ call, request: null })),
    );
    return this.#replayed;
  }

  /** The positions of writes in the reference. */
  get writes(): number[] {
    return this.calls.flatMap((call, i) => (this.domain.tool(call.name)?.kind === 'write' ? [i] : []));
  }

  /** The state that a list of calls leads to. */
  after(calls: readonly ToolCall[]): State {
    return replay(this.domain, this.state, calls).state;
  }

  /** The rows that a list of calls changes. */
  end(calls: readonly ToolCall[]): ChangedRows {
    return changedRows(this.state, this.after(calls));
  }

  /** An agent on this task, once; the result is kept. */
  serve(agent: Agent): Promise<Served> {
    let run = this.#rollouts.get(agent.identity.id);
    if (run === undefined) {
      run = this.#serve(agent);
      this.#rollouts.set(agent.identity.id, run);
    }
    return run;
  }

  async #serve(agent: Agent): Promise<Served> {
    const { domain, draft } = this;
    const rollout = await collectRollout({
      domain,
      state: this.#database,
      task: draft,
      agent,
      trial: 0,
      seed: 'certify',
      limits: { maxTurns: 80, maxErrors: 10 },
    });
    return { rollout, reward: rewardOf(domain, this.#database, draft, rollout) };
  }
}

/** True when the draft has a condition. */
export function has(trial: Trial, condition: TaskDraft['condition']): boolean {
  return trial.draft.conditions.includes(condition);
}
