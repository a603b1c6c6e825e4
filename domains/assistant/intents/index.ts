import type { IntentSpec } from '#core/environment/index.ts';
import type { AssistantDb } from '../schema.ts';
import { meetingIntents } from './meetings.ts';
import { questions } from './questions.ts';
import { wishes } from './wishes.ts';
import { workIntents } from './work.ts';

/** What a colleague may want: changes, questions, and wishes that no tool can serve. */
export const intents: readonly IntentSpec<AssistantDb>[] = [
  ...meetingIntents,
  ...workIntents,
  ...questions,
  ...wishes,
];
