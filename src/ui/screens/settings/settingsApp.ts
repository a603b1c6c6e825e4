import type { AppState } from '../../state/app.svelte.ts';

/** The parts of the app that the settings work with. */
export type SettingsApp = Pick<AppState, 'services' | 'locks' | 'workspace' | 'announcer'>;
