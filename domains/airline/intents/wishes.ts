import { choiceSlot } from '#core/environment/index.ts';
import type { IntentSpec, SlotSpec } from '#core/environment/index.ts';
import { TODAY } from '../calendar.ts';
import type { AirlineDb, Reservation } from '../schema.ts';
import { aboutReservation, valueOf, type Context } from './lookup.ts';
import { passengerSlot } from './slots/people.ts';
import { segmentSlot } from './slots/part.ts';
import { settlementSlot } from './slots/payment.ts';
import { reservationSlot } from './slots/reservation.ts';

type Intent = IntentSpec<AirlineDb>;

/** A wish for a tool that does not exist. */
function wish(
  id: string,
  title: string,
  missingTool: NonNullable<Intent['missingTool']>,
  slots: readonly SlotSpec<AirlineDb>[],
  opening: readonly string[],
  describe: (context: Context) => string,
): Intent {
  return { id, title, missingTool, slots, opening, describe };
}

const upcoming = {
  only: ({ flights, status }: Reservation) => status === null && flights.every(({ date }) => date > TODAY),
};
const choice = (
  name: string,
  title: string,
  question: string,
  choices: readonly string[],
  vague: readonly string[],
) => choiceSlot<AirlineDb>({ name, title, question: [question], choices, vague });

/** Requests that no tool can serve. The policy itself answers some of them with a no. */
export const wishes: readonly Intent[] = [
  wish(
    'add_insurance',
    'Add travel insurance after the booking',
    {
      name: 'add_insurance',
      description: 'Adds travel insurance to a reservation that was booked without it.',
      response: 'refuse',
    },
    [reservationSlot({ only: (one) => upcoming.only(one) && one.insurance === 'no' })],
    [
      'I would like to add travel insurance to {reservation}.',
      'Can you insure {reservation} for me? I did not think of it when I booked.',
      'Please put travel insurance on {reservation} after all. I will pay for it.',
      'I forgot the insurance for {reservation}. Please add it now.',
      'Is it still possible to get {reservation} insured? Then please do it.',
    ],
    (context) => `add travel insurance to ${aboutReservation(context)}`,
  ),
  wish(
    'upgrade_one_flight',
    'Upgrade a single flight of a trip',
    {
      name: 'change_cabin_of_flight',
      description: 'Changes the cabin of one flight of a reservation and leaves the others as they are.',
      response: 'refuse',
    },
    [
      reservationSlot({
        only: (one) => upcoming.only(one) && one.flights.length > 1 && one.cabin !== 'business',
      }),
      segmentSlot,
    ],
    [
      'Please upgrade only {segment} to business class[; it is part of {reservation}]. The rest stays as it is.',
      '[It is about {reservation}. ]I want business class on {segment}, but not on the other flights.',
      'Can I fly business class on {segment} alone?[ I mean {reservation}.]',
      '[On {reservation}, ]I would like a better seat for {segment}: business class, just for that one flight.',
      'Could you change just {segment}[ on {reservation}] to business class and leave everything else?',
    ],
    (context) => `upgrade one flight of ${aboutReservation(context)} to business class`,
  ),
  wish(
    'refund_elsewhere',
    'Get a refund on another payment method',
    {
      name: 'redirect_refund',
      description: 'Sends the refund of a cancelled reservation to another payment method.',
      response: 'refuse',
    },
    [
      reservationSlot({ only: ({ status }) => status === 'cancelled' }),
      { ...settlementSlot, question: ['Where should the refund go?'], vague: ['another payment method'] },
    ],
    [
      'I cancelled {reservation}, and I want the refund on {payment} instead.',
      'Please send the money for {reservation}, which was cancelled, to {payment}.',
      'Can the refund for {reservation} go to {payment} rather than to what I paid with?',
      'The refund of {reservation} should not go where it came from. Put it on {payment}, please.',
      'Could you redirect the refund for {reservation} to {payment}?',
    ],
    (context) => `send the refund of ${aboutReservation(context)} elsewhere`,
  ),
  wish(
    'undo_cancellation',
    'Undo a cancellation',
    { name: 'reinstate_reservation', description: 'Makes a cancelled reservation valid again.' },
    [reservationSlot({ only: ({ status }) => status === 'cancelled' })],
    [
      'I cancelled {reservation} too soon. Please bring it back.',
      'Can you undo the cancellation of {reservation}?',
      'We can travel after all. Could you reactivate {reservation}, which was cancelled?',
      'Please reverse the cancellation of {reservation}.',
      'It was a mistake to cancel {reservation}. Is there a way to put it through again?',
    ],
    (context) => `undo the cancellation of ${aboutReservation(context)}`,
  ),
  wish(
    'choose_seat',
    'Choose a seat',
    { name: 'assign_seat', description: 'Gives a passenger a certain kind of seat on a flight.' },
    [
      reservationSlot(upcoming),
      choice(
        'seat',
        'kind of seat',
        'Which kind of seat would you like?',
        ['a window seat', 'an aisle seat', 'a seat in the exit row', 'a seat near the front'],
        ['a certain seat'],
      ),
    ],
    [
      'I would like {seat} on {reservation}.',
      'Please give me {seat} on {reservation}.',
      'Could you reserve {seat} for me on {reservation}?',
      'For {reservation} I need {seat}. Can you assign one now?',
      'How do I get {seat} on {reservation}? Please arrange it.',
    ],
    (context) => `assign ${valueOf(context, 'seat')} on ${aboutReservation(context)}`,
  ),
  wish(
    'order_meal',
    'Order a special meal',
    { name: 'order_special_meal', description: 'Orders a special meal for a passenger of a reservation.' },
    [
      reservationSlot(upcoming),
      passengerSlot,
      choice(
        'meal',
        'meal',
        'Which meal should it be?',
        ['a vegan meal', 'a kosher meal', 'a gluten-free meal', 'a meal for children'],
        ['a special meal'],
      ),
    ],
    [
      'Please order {meal} for {passenger} on {reservation}.',
      'On {reservation}, {passenger} needs {meal}. Can you put that in?',
      'I would like to request {meal} for {passenger}[; it is for {reservation}].',
      'Could you note {meal} for {passenger} on {reservation}?',
      'We need {meal} on board for {passenger}.[ It is about {reservation}.] Please order it.',
    ],
    (context) => `order ${valueOf(context, 'meal')} on ${aboutReservation(context)}`,
  ),
  wish(
    'bring_pet',
    'Bring a pet',
    { name: 'add_pet', description: 'Registers a pet that travels in the cabin.' },
    [
      reservationSlot(upcoming),
      choice('pet', 'pet', 'Which kind of pet is it?', ['a small dog', 'a cat', 'a rabbit'], ['a pet']),
    ],
    [
      'I would like to take {pet} along on {reservation}. Please register it.',
      'Can you add {pet} in the cabin to {reservation}?',
      'On {reservation}, {pet} is coming with me. Please enter that.',
      'Please put {pet} on {reservation}; it stays in its carrier.',
      'How do I sign up {pet} for {reservation}? Please do it for me.',
    ],
    (context) => `register ${valueOf(context, 'pet')} on ${aboutReservation(context)}`,
  ),
  wish(
    'use_miles',
    'Pay with miles',
    { name: 'redeem_miles', description: 'Pays a part of a reservation with miles.' },
    [reservationSlot(upcoming)],
    [
      'I have a lot of miles. Please use them to pay for {reservation}.',
      'Can I redeem miles for {reservation} and get that part of the money back?',
      'Please take the price of {reservation} off my miles instead of my payment method.',
      'How many miles would {reservation} be? I want to pay with them.',
      'I would rather pay for {reservation} with miles. Please change that.',
    ],
    (context) => `pay for ${aboutReservation(context)} with miles`,
  ),
  wish(
    'give_away',
    'Pass a reservation on to another account',
    { name: 'transfer_reservation', description: 'Moves a reservation to the profile of another user.' },
    [reservationSlot(upcoming)],
    [
      'Please move {reservation} to the account of my brother, so that he can manage it.',
      'Can you transfer {reservation} from my profile to that of my wife?',
      'I booked {reservation} for a colleague. Please put it in her account instead of mine.',
      'Could {reservation} be handed over to another account?',
      'I want somebody else to be the owner of {reservation}. Please transfer it to their profile.',
    ],
    (context) => `move ${aboutReservation(context)} to another account`,
  ),
];
