import { z } from 'zod';
import type { RecordRef } from '#core/environment/index.ts';
import { referenceTools } from '../../tau2/index.ts';
import { PHONE, type PhonePart } from '../phone.ts';
import type { TelecomDb } from '../schema.ts';

/** `defineTool` for the user's side. */
export const userTool = referenceTools<TelecomDb>('TelecomUserTools', 'user');

/** The parts of the phone that an answer shows. */
export const shown = (parts: readonly PhonePart[]) => (): RecordRef[] =>
  parts.map((table) => ({ table, id: PHONE }));

/** What the status bar shows. */
export const statusBarParts: readonly PhonePart[] = ['network', 'mobile_data', 'wifi', 'vpn'];

export const onOff = (on: boolean): string => (on ? 'ON' : 'OFF');

/** Names that the policy mentions: an agent knows them without looking anything up. */
export const appNameParameter = z
  .string()
  .describe("The app's name, for example 'messaging'.")
  .meta({ examples: ['messaging', 'browser'] });
