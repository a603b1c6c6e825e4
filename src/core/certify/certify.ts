import { digest } from '../environment/index.ts';
import type { Domain, State } from '../environment/index.ts';
import type { TaskDraft } from '../transform/index.ts';
import type { Certificate, CheckId, CheckResult, Rejection, Task } from './certificate.ts';
import { failed, skipped, Trial, type Finding } from './check.ts';
import { checks } from './checks/index.ts';

/** Raise when a check changes its meaning: older certificates then have to be renewed. */
export const CERTIFICATE_VERSION = 2;

/** What can be proven about a task whose user is prose and not a program. */
const importedChecks: ReadonlySet<CheckId> = new Set([
  'G1',
  'G2',
  'G4',
  'G5',
  'G6',
  'G7',
  'G8',
  'E1',
  'E2',
  'E4',
]);

/** Options of {@link certify}. */
export interface CertifyOptions {
  /** Stop at the first hard failure: faster when rejected drafts are only counted. */
  readonly stopEarly?: boolean;
  /** Checks that a task of others is not held to, run on it all the same: for a report, not for a certificate. */
  readonly also?: ReadonlySet<CheckId>;
}

/** Runs every check on a draft by executing the environment. `database` is the task's, before its initialization. */
export async function certify(
  domain: Domain,
  database: State,
  draft: TaskDraft,
  options: CertifyOptions = {},
): Promise<Certificate> {
  const trial = new Trial(domain, database, draft);
  const results: CheckResult[] = [];
  for (const check of checks) {
    const applies =
      draft.provenance.source === 'generated' ||
      importedChecks.has(check.id) ||
      options.also?.has(check.id) === true;
    const finding = applies
      ? await guarded(() => check.run(trial))
      : skipped('Imported: the user is prose, not a program.');
    const status = finding.status === 'failed' && check.level === 'W' ? 'warned' : finding.status;
    results.push({ id: check.id, level: check.level, status, evidence: finding.evidence });
    if (options.stopEarly && status === 'failed') break;
  }
  const accepted = results.every((result) => result.status !== 'failed');
  return { version: CERTIFICATE_VERSION, task: digest(draft), accepted, checks: results };
}

// A check that cannot be run proves nothing, so the task is not accepted; one bad draft must not end a batch.
async function guarded(run: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    return failed(`The check could not be run: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Certifies a draft: a task with its certificate, or a rejection that says which check and why. */
export async function certifyDraft(
  domain: Domain,
  database: State,
  draft: TaskDraft,
  options: CertifyOptions = {},
): Promise<{ accepted: true; task: Task } | { accepted: false; rejection: Rejection }> {
  const certificate = await certify(domain, database, draft, options);
  if (certificate.accepted) return { accepted: true, task: { ...draft, certificate } };
  const first = certificate.checks.find((check) => check.status === 'failed');
  return {
    accepted: false,
    rejection: { draft, certificate, check: first?.id ?? 'E1', reason: first?.evidence ?? '' },
  };
}
