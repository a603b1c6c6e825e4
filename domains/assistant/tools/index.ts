import { transferTool } from '#core/environment/index.ts';
import { calendarTools } from './calendar.ts';
import { mailTools } from './mail.ts';
import { peopleTools } from './people.ts';
import { taskTools } from './tasks.ts';

/** Everything that the assistant can do. */
export const assistantTools = [
  ...peopleTools,
  ...calendarTools,
  ...mailTools,
  ...taskTools,
  transferTool(
    'ask_office_manager',
    'Passes the request on to the office manager. Only for what no other tool can do.',
    'The office manager takes over.',
  ),
];
