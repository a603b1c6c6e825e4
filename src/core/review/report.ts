import type { Review } from './review.ts';

/** Counts over a reviewed benchmark. */
export interface ReviewSummary {
  readonly tasks: number;
  readonly clean: number;
  readonly with_errors: number;
  /** Findings per check. */
  readonly by_check: Readonly<Record<string, number>>;
  /** Tasks passed per agent that serves nobody. */
  readonly passed_by: Readonly<Record<string, number>>;
}

/** What a review comes to. */
export function summarizeReview(reviews: readonly Review[]): ReviewSummary {
  const tally = (names: readonly string[]) => {
    const counts: Record<string, number> = {};
    for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  return {
    tasks: reviews.length,
    clean: reviews.filter(({ findings }) => findings.length === 0).length,
    with_errors: reviews.filter(({ findings }) => findings.some(({ severity }) => severity === 'error'))
      .length,
    by_check: tally(reviews.flatMap(({ findings }) => findings.map(({ check }) => check))),
    passed_by: tally(reviews.flatMap(({ passed_by }) => passed_by)),
  };
}

/** A review as a Markdown document: the counts, then each task with findings. */
export function reviewMarkdown(title: string, reviews: readonly Review[]): string {
  const { tasks, clean, with_errors, by_check, passed_by } = summarizeReview(reviews);
  const lines = [
    `# Review of ${inline(title)}`,
    '',
    `${tasks} tasks: ${clean} without findings, ${with_errors} with errors.`,
    '',
    '| Check | Findings |',
    '|---|---|',
    ...Object.entries(by_check).map(([check, count]) => `| ${check} | ${count} |`),
    '',
    ...Object.entries(passed_by).map(([agent, count]) => `- ${agent} passes ${count} of ${tasks}`),
  ];
  for (const { task_id, findings } of reviews) {
    if (findings.length === 0) continue;
    lines.push('', `## ${inline(task_id)}`, '');
    for (const { check, severity, message } of findings)
      lines.push(`- **${check}**, ${severity}: ${inline(message)}`);
  }
  return `${lines.join('\n')}\n`;
}

// Text from a file must not become markup, or another line.
const inline = (text: string) => text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
