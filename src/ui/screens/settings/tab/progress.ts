import type { Loading } from '../../../state/tabModels.svelte.ts';
import { fileSize } from '../../../components/format.ts';

/** What a load shows: a label, how far it is (absent while nobody knows), and the figures. */
export interface LoadView {
  readonly label: string;
  readonly value: number | undefined;
  readonly max: number;
  readonly text: string | undefined;
}

/** How far a load is, in words. */
export function loadView({ spec, progress, rate }: Loading): LoadView {
  if (progress === null)
    return { label: `Starting the engine for ${spec.title}`, value: undefined, max: 1, text: undefined };
  if (progress.stage === 'prepare')
    return { label: `Preparing ${spec.title}`, value: undefined, max: 1, text: 'putting it into memory' };
  const { loadedBytes: loaded, totalBytes: total } = progress;
  const parts = [
    loaded === null ? null : total === null ? fileSize(loaded) : `${fileSize(loaded)} of ${fileSize(total)}`,
    rate === null || rate <= 0 ? null : `${fileSize(rate)}/s`,
    rate === null || rate <= 0 || loaded === null || total === null
      ? null
      : `${duration((total - loaded) / rate)} left`,
  ];
  return {
    label: `Downloading ${spec.title}`,
    value: loaded === null || total === null ? undefined : loaded,
    max: total ?? 1,
    text: parts.filter((part) => part !== null).join(' · '),
  };
}

/** Seconds as "40 s", "3 min", "2 h". */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
