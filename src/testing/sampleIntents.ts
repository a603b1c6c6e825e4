import {
  createRandom,
  type Candidate,
  type Database,
  type Domain,
  type Intent,
  type Json,
  type Random,
  type SlotContext,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';

/** An intent with its slots filled, whatever the rules say of it. */
export interface Sample {
  readonly intent: Intent;
  readonly context: SlotContext<Database>;
}

/** Share of the slots that are filled from somebody else's records, and of those that no record holds. */
const FOREIGN = 0.1;
const INVENTED = 0.5;

/** One of the intents, wanted by one of the users; undefined when a slot has nothing to be filled with. */
export function sampleIntent(
  intents: readonly Intent[],
  state: State,
  users: readonly string[],
  random: Random,
): Sample | undefined {
  const intent = random.pick(intents);
  const userId = random.pick(users);
  let values: Record<string, Json> = {};
  for (const slot of intent.slots) {
    const context = { db: state, userId, values };
    const foreign = random.chance(FOREIGN) ? slot.foreign?.(context, random) : undefined;
    const invented = random.chance(INVENTED) ? slot.sample?.(context, random) : undefined;
    const candidates = slot.candidates(context);
    const chosen: Candidate | undefined =
      foreign ?? invented ?? (candidates.length === 0 ? undefined : random.pick(candidates));
    if (chosen === undefined) return undefined;
    values = { ...values, [slot.name]: chosen.value };
  }
  return { intent, context: { db: state, userId, values } };
}

/** As many samples as wanted, the same for the same seed. Ends only if the state has somebody who could want one. */
export function sampleIntents(
  domain: Domain,
  state: State,
  count: number,
  seed: string,
  wanted: (intent: Intent) => boolean = () => true,
): Sample[] {
  const random = createRandom(seed);
  const intents = domain.intents.filter(wanted);
  const users = state.ids(domain.identity.table);
  const found: Sample[] = [];
  while (found.length < count) {
    const one = sampleIntent(intents, state, users, random);
    if (one !== undefined) found.push(one);
  }
  return found;
}

/** The call that would fulfil a sample. */
export function callOf({ intent, context }: Sample): ToolCall {
  const call = intent.call?.(context);
  if (call === undefined) throw new Error(`${intent.id} has no call`);
  return call;
}
