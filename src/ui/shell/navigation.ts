import ChartColumn from '@lucide/svelte/icons/chart-column';
import Compass from '@lucide/svelte/icons/compass';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Gamepad2 from '@lucide/svelte/icons/gamepad-2';
import House from '@lucide/svelte/icons/house';
import Layers from '@lucide/svelte/icons/layers';
import Settings2 from '@lucide/svelte/icons/settings-2';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import type { Component } from 'svelte';
import type { AppState } from '../state/app.svelte.ts';
import type { ScreenId } from '../state/route.ts';
import StartScreen from '../screens/start/StartScreen.svelte';

type Screen = { readonly default: Component };

/** The screens in the rail. A trace belongs to where its rollout was found. */
export const railItems = [
  { id: 'start', label: 'Start', icon: House },
  { id: 'explore', label: 'Explore', icon: Compass },
  { id: 'lab', label: 'Lab', icon: FlaskConical },
  { id: 'rollout', label: 'Roll out', icon: MessagesSquare },
  { id: 'play', label: 'Play', icon: Gamepad2 },
  { id: 'results', label: 'Results', icon: ChartColumn },
  { id: 'dataset', label: 'Dataset', icon: Layers },
  { id: 'settings', label: 'Settings', icon: Settings2 },
] as const;

/** The title of each screen, for the page's title and for screen readers. */
export const screenTitles: Readonly<Record<ScreenId, string>> = {
  start: 'Start',
  explore: 'Explore',
  lab: 'Transform Lab',
  rollout: 'Roll out',
  play: 'Play',
  results: 'Results',
  dataset: 'Dataset',
  settings: 'Settings',
  import: 'Import',
  trace: 'Trace',
};

/** Screens that outlive a change of the workspace: Start changes to the demo itself, Settings is about all of them. */
export const acrossWorkspaces: ReadonlySet<ScreenId> = new Set<ScreenId>(['start', 'settings', 'trace']);

/** Start is part of the page; every other screen is fetched when it is first opened. */
export const loadScreen: Readonly<Record<ScreenId, () => Promise<Screen>>> = {
  start: () => Promise.resolve({ default: StartScreen }),
  explore: () => import('../screens/explore/ExploreScreen.svelte'),
  lab: () => import('../screens/lab/LabScreen.svelte'),
  rollout: () => import('../screens/rollout/RolloutScreen.svelte'),
  play: () => import('../screens/play/PlayScreen.svelte'),
  results: () => import('../screens/results/ResultsScreen.svelte'),
  dataset: () => import('../screens/dataset/DatasetScreen.svelte'),
  settings: () => import('../screens/settings/SettingsScreen.svelte'),
  import: () => import('../screens/import/ImportScreen.svelte'),
  trace: () => import('../screens/trace/TraceScreen.svelte'),
};

/** The pipeline strip of the whole workspace. */
export function workspaceStages(app: AppState) {
  const { counts } = app.workspace;
  const { router } = app;
  const stage = (id: string, label: string, screen: ScreenId, count: number | string) => ({
    id,
    label,
    href: router.href(screen),
    count,
    state: app.stage === id ? ('active' as const) : count === 0 ? ('idle' as const) : ('done' as const),
  });
  return [
    stage('environment', 'Environment', 'explore', app.domainTitle),
    stage('trajectory', 'Trajectory', 'explore', counts.trajectories),
    stage('task', 'Task', 'lab', counts.tasks),
    stage('rollout', 'Rollout', 'rollout', counts.rollouts),
    stage('verdict', 'Verdict', 'results', counts.verdicts),
    stage('example', 'Example', 'dataset', counts.examples),
  ];
}
