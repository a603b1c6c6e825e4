/** What others have published about the domains that are served here, to be read beside one's own figures. */

/** Where a figure stands. */
export interface PublishedSource {
  readonly title: string;
  readonly url: string;
  /** What has to be known before anything is compared with it. */
  readonly caveat: string;
}

/** pass^k that somebody else measured on plain tasks of a domain: the condition General. */
export interface PublishedFigure {
  readonly domain: string;
  readonly model: string;
  /** For k = 1, 2, ...; shares from 0 to 1. */
  readonly passHat: readonly number[];
  readonly source: PublishedSource;
}

const TAU_BENCH: PublishedSource = {
  title: 'τ-bench, leaderboard in its README (tool calling)',
  url: 'https://github.com/sierra-research/tau-bench',
  caveat:
    'claude-3-5-sonnet-20241022 and gpt-4o on its own tasks, some of them corrected since, with its own simulated user',
};

const METHOD: PublishedSource = {
  title: 'Trajectory2Task, arXiv 2601.20144',
  url: 'https://arxiv.org/abs/2601.20144',
  caveat:
    'about, for the best of its seven models, and lower under every twist; quoted second-hand, not checked against its table',
};

const SONNET = 'Claude 3.5 Sonnet';

/** All that is known here. A further figure is one more row, with its source. */
export const publishedFigures: readonly PublishedFigure[] = [
  { domain: 'retail', model: 'Best of the paper', passHat: [0.79], source: METHOD },
  { domain: 'retail', model: SONNET, passHat: [0.692, 0.576, 0.509, 0.462], source: TAU_BENCH },
  { domain: 'retail', model: 'gpt-4o', passHat: [0.604, 0.491, 0.43, 0.383], source: TAU_BENCH },
  { domain: 'airline', model: SONNET, passHat: [0.46, 0.326, 0.263, 0.225], source: TAU_BENCH },
  { domain: 'airline', model: 'gpt-4o', passHat: [0.42, 0.273, 0.22, 0.2], source: TAU_BENCH },
];
