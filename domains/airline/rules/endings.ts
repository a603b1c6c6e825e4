import type { RuleSpec, Violation } from '#core/environment/index.ts';
import { DAY_AGO, moment, dayOf, spokenDate, TODAY } from '../calendar.ts';
import { isFlown, statusOf } from '../journeys.ts';
import { compensationFor } from '../pricing.ts';
import type { AirlineDb, Reservation } from '../schema.ts';
import { disrupted, withReservation, withSeats, withStatus } from './asIf.ts';
import { departureRecord } from './changes.ts';
import {
  argumentsWith,
  cancel,
  certificateOf,
  compensate,
  flightRecord,
  recordOf,
  reservationRule,
  rule,
  userOf,
  userRecord,
  type Context,
} from './situation.ts';
import { sameFlights } from './trip.ts';

/** Reasons for a cancellation that travel insurance covers. */
export const covered: readonly string[] = ['health', 'weather'];

/** What users complain about and get something for. */
export const CANCELLED = 'a cancelled flight';
export const DELAYED = 'a delayed flight';
type Disruption = 'cancelled' | 'delayed';

const departed: RuleSpec<AirlineDb> = {
  ...reservationRule(
    [
      'cancel.departed',
      'If a flight of the reservation has departed already, you cannot cancel it: transfer the user to a human agent.',
      'state',
      [cancel],
    ],
    (reservation, { db }) => {
      const flown = reservation.flights.filter((segment) => isFlown(db, segment));
      const [first] = flown;
      if (first === undefined) return null;
      return {
        reason: `Flight ${first.flight_number} of reservation ${reservation.reservation_id} departed on ${spokenDate(first.date)}.`,
        record: departureRecord(reservation, first),
        flip: withSeats(db, flown, reservation.cabin, reservation.passengers.length, first.price),
      };
    },
  ),
  response: 'transfer',
};

/** What holds for cancellations and for compensation. */
export const endingRules: readonly RuleSpec<AirlineDb>[] = [
  departed,
  reservationRule(
    [
      'cancel.grounds',
      'Otherwise a reservation can be cancelled only if it was booked within the last 24 hours, or the airline cancelled one of its flights, or it is in business class, or it has travel insurance and the reason is health or weather.',
      'state',
      [cancel],
    ],
    (reservation, { db, said }) => {
      const { cabin, created_at, flights, insurance, reservation_id: id } = reservation;
      if (created_at >= DAY_AGO || cabin === 'business') return null;
      if (flights.some((segment) => statusOf(db, segment) === 'cancelled')) return null;
      const reason = said?.reason;
      const insured = insurance === 'yes';
      // A reason that nobody knows of counts as covered.
      if (insured && (typeof reason !== 'string' || covered.includes(reason))) return null;
      const recently = { created_at: moment(dayOf(TODAY), 9 * 60) };
      return {
        reason: insured
          ? `The insurance of reservation ${id} covers health and weather, and the reason is another one.`
          : `Reservation ${id} is not insured, not in business class and older than a day, and none of its flights was cancelled.`,
        record: recordOf(reservation),
        flip: insured ? { said: { reason: 'health' } } : withReservation(reservation, recently),
      };
    },
  ),
  rule(
    [
      'compensation.asked',
      'Send a certificate only to a user who complains and asks for compensation.',
      'conversation',
      [compensate],
    ],
    ({ said }) =>
      said !== undefined && said.complaint === undefined
        ? { reason: 'The user did not ask for compensation.' }
        : null,
  ),
  rule(
    [
      'compensation.entitled',
      'Certificates are for silver and gold members, and for reservations with travel insurance or in business class.',
      'state',
      [compensate],
    ],
    (context) => {
      const user = userOf(context);
      if (user === undefined || user.membership !== 'regular') return null;
      const about = concerned(context);
      if (about.some(({ insurance, cabin }) => insurance === 'yes' || cabin === 'business')) return null;
      const [reservation] = about;
      return {
        reason: `${user.user_id} is a regular member, and the reservation is neither insured nor in business class.`,
        record: reservation === undefined ? userRecord(user) : recordOf(reservation),
        flip: { rows: { users: { [user.user_id]: { ...user, membership: 'silver' } } } },
      };
    },
  ),
  rule(['compensation.reason', 'No other complaint is compensated.', 'choice', [compensate]], (context) => {
    const complaint = context.said?.complaint;
    if (typeof complaint !== 'string' || complaint === CANCELLED || complaint === DELAYED) return null;
    const [reservation] = concerned(context);
    return {
      reason: `A complaint about ${complaint} is not compensated.`,
      ...(reservation === undefined ? {} : { record: recordOf(reservation) }),
      ...asIfCancelled(context, reservation),
    };
  }),
  rule(
    [
      'compensation.facts',
      'Check first that the flight was cancelled or delayed indeed.',
      'state',
      [compensate],
    ],
    (context) => {
      const wanted = expected(context);
      const about = concerned(context).map((one) => original(context, one));
      const known = about.some((one) => wanted.some((what) => disruptedIn(context, one, what)));
      const [reservation] = about;
      const [what] = wanted;
      if (known || reservation === undefined || what === undefined) return null;
      const ahead = reservation.flights.find((segment) => !isFlown(context.db, segment));
      return {
        reason: `No flight of reservation ${reservation.reservation_id} was ${what}.`,
        record: ahead === undefined ? recordOf(reservation) : flightRecord(ahead.flight_number),
        ...(ahead === undefined ? {} : { flip: disrupted(context.db, [ahead], what) }),
      };
    },
  ),
  rule(
    [
      'compensation.after-change',
      'It is sent only after the user had the reservation changed or cancelled because of the delay.',
      'state',
      [compensate],
    ],
    (context) => {
      if (context.said?.complaint !== DELAYED) return null;
      const [reservation] = concerned(context);
      if (reservation === undefined || wasChanged(context, reservation)) return null;
      return {
        reason: `Reservation ${reservation.reservation_id} was neither changed nor cancelled.`,
        record: recordOf(reservation),
        flip: withStatus(reservation, 'cancelled'),
      };
    },
  ),
  amountRule(
    'compensation.cancelled',
    'For a flight that the airline cancelled, the certificate is worth 100 dollars per passenger of the reservation.',
    'cancelled',
  ),
  amountRule(
    'compensation.delayed',
    'For a delayed flight, the certificate is worth 50 dollars per passenger of the reservation.',
    'delayed',
  ),
];

/** As if the next flight had been cancelled, and that were the complaint. */
function asIfCancelled({ db }: Context, reservation: Reservation | undefined): Pick<Violation, 'flip'> {
  const [first] = reservation?.flights.filter((segment) => !isFlown(db, segment)) ?? [];
  if (first === undefined) return {};
  return { flip: { ...disrupted(db, [first], 'cancelled'), said: { complaint: CANCELLED } } };
}

function amountRule(id: string, sentence: string, what: Disruption): RuleSpec<AirlineDb> {
  return rule([id, sentence, 'choice', [compensate]], (context) => {
    const amount = certificateOf(context)?.amount;
    const about = concerned(context);
    const [reservation] = about;
    // Where nobody can tell what is complained about, either amount may be right.
    if (amount === undefined || reservation === undefined || !expected(context).includes(what)) return null;
    if (about.some((one) => expected(context).some((other) => compensationFor(one, other) === amount)))
      return null;
    const right = compensationFor(reservation, what);
    return {
      reason: `The certificate should be worth $${right}, not $${amount}.`,
      record: recordOf(reservation),
      flip: argumentsWith(context.call, { amount: right }),
    };
  });
}

/** What went wrong, as the user says; either, when nobody can tell. */
function expected({ said }: Context): Disruption[] {
  if (said?.complaint === undefined) return ['cancelled', 'delayed'];
  return said.complaint === CANCELLED ? ['cancelled'] : said.complaint === DELAYED ? ['delayed'] : [];
}

/** The reservation that is complained about; all of the user's, when nobody can tell. */
function concerned(context: Context): Reservation[] {
  const { db, said } = context;
  const named = typeof said?.reservation === 'string' ? db.get('reservations', said.reservation) : undefined;
  if (named !== undefined) return [named];
  return (userOf(context)?.reservations ?? []).flatMap((id) => db.get('reservations', id) ?? []);
}

const original = ({ db }: Context, reservation: Reservation): Reservation =>
  db.initial('reservations', reservation.reservation_id) ?? reservation;

const disruptedIn = ({ db }: Context, { flights }: Reservation, what: Disruption): boolean =>
  flights.some((segment) => statusOf(db, segment) === what);

function wasChanged(context: Context, reservation: Reservation): boolean {
  return (
    reservation.status === 'cancelled' || !sameFlights(original(context, reservation).flights, reservation)
  );
}
