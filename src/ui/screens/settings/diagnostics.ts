import type { Capability } from './capabilities.ts';

export interface DiagnosticsInput {
  readonly build: string;
  /** The version of the stored shapes. */
  readonly schema: number;
  readonly userAgent: string;
  readonly window: { readonly width: number; readonly height: number; readonly ratio: number };
  readonly theme: string;
  readonly reducedMotion: boolean;
  readonly singleKeys: boolean;
  /** Ids of the domains of this build. */
  readonly domains: readonly string[];
  readonly capabilities: readonly Capability[];
}

/**
 * What is good to know when something does not work, as plain text to paste. Only about the build and the browser:
 * no names, no tasks, no rollouts, no files, no addresses.
 */
export function diagnosticsText(input: DiagnosticsInput): string {
  const { width, height, ratio } = input.window;
  const facts: readonly (readonly [string, string])[] = [
    ['Build', `${input.build}, stored shapes version ${input.schema}`],
    ['Browser', input.userAgent],
    ['Window', `${width} × ${height} at ${ratio}`],
    ['Theme', `${input.theme}${input.reducedMotion ? ', reduced motion' : ''}`],
    ['Single-key commands', input.singleKeys ? 'on' : 'off'],
    ['Domains', input.domains.join(', ')],
    ['Models', 'of providers and servers that a person sets up; none in the tab'],
    ...input.capabilities.map(({ title, state, detail }) => [title, `${state}. ${detail}`] as const),
  ];
  return facts.map(([name, value]) => `${name}: ${value}`).join('\n');
}
