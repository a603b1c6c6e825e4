import type { Random } from '../environment/index.ts';

/** The simulated user's ways to say things that no intent words. Each list varies with the user's voice. */
const phrases = {
  confirm: [
    'Yes, please go ahead.',
    'Yes, that is right.',
    'Yes, do it please.',
    'Correct, go ahead.',
    'Yes.',
  ],
  bareConfirm: ['Yes, sure.', 'OK, go ahead.', 'Yes please.'],
  decline: ['No, that is not what I asked for.', 'No, please do not do that.', 'No, that is not right.'],
  cannotSay: ['I do not know, sorry.', 'I am afraid I cannot tell you that.', 'No idea, can you look it up?'],
  nudge: [
    'Could you help me with my request, please?',
    'I am still waiting for help with this.',
    'So what about my request?',
  ],
  giveUp: ['This is going nowhere. I will try again another time.', 'Never mind, I give up. Goodbye.'],
  thanks: [
    'Thank you, that is all.',
    'Great, that was everything. Thanks!',
    'Perfect, thanks for your help.',
    'Thanks, bye.',
  ],
  leave: ['That is all.', 'Bye then.', 'That was everything. Goodbye.', 'Thanks anyway. Bye.'],
  declineAction: [
    'No, why would I do that?',
    'That has nothing to do with what I want.',
    'I would rather not, I no longer need that.',
  ],
  notSolved: [
    'No, it still does not work.',
    'I am afraid the problem is still there.',
    'Are you sure? Nothing has changed on my side.',
  ],
  goOn: ['OK, thanks. And the rest?', 'Good, please continue.', 'Thanks, what about the other thing?'],
} as const;

/** A phrase for an act. */
export function say(act: keyof typeof phrases, random: Random): string {
  return random.pick(phrases[act]);
}

/** The answer to a question about one slot. */
export function answerText(mention: string, random: Random): string {
  const text = random.pick([
    `${mention}, please.`,
    `I mean ${mention}.`,
    `That would be ${mention}.`,
    `${mention}.`,
  ]);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the user reads out after they used one of their own tools. `looked` when they only looked something up. */
export function performedText(content: string, ok: boolean, looked: boolean, random: Random): string {
  // Lines of a screen, read out one after the other.
  const shown = content
    .replace(/^Error: /, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .reduce((text, line) => (text === '' ? line : `${text}${/[.!?]$/.test(text) ? ' ' : '; '}${line}`), '');
  if (!ok) return `${random.pick(['That did not work.', 'I tried, but it fails.'])} ${shown}`.trim();
  const lead = looked
    ? random.pick(['It says:', 'I see this:', 'Here is what it shows:', 'OK, let me look. It says:'])
    : random.pick([
        'Done. It says:',
        'OK, I did that. It shows:',
        'All right, done:',
        'I have done it. It says:',
      ]);
  return `${lead} "${shown}"`;
}

/** A correction after the agent stated a wrong value. */
export function correctionText(mentions: readonly string[], random: Random): string {
  const all = mentions.join(', and ');
  return random.pick([
    `No, I want ${all}.`,
    `No, that is wrong: it should be ${all}.`,
    `Not quite. I meant ${all}.`,
  ]);
}

/** A question about a fact that the agent has not stated yet. */
export function askFactText(title: string, random: Random): string {
  return random.pick([
    `Before I say yes: what is ${title}?`,
    `Can you tell me ${title} first?`,
    `What would ${title} be?`,
  ]);
}
