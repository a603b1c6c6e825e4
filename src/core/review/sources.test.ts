import { describe, expect, it } from 'vitest';
import { fileRef, parseDatabase, State, type ToolCall } from '../environment/index.ts';
import { findDomain } from '#domains/index.ts';
import { tau2Database, tau2Tasks } from '../../testing/tau2Files.ts';
import { reviewTau2Tasks } from './review.ts';
import { sourceless } from './sources.ts';

const found = findDomain('retail');
if (found === undefined) throw new Error('no retail');
const domain = found;
const db = tau2Database();
const database = parseDatabase(domain, JSON.parse(JSON.stringify(db)), 'db.json');
const state = State.of(database);
const order = Object.values(db.orders).find(({ status }) => status === 'pending');
if (order === undefined) throw new Error('no pending order');
const { order_id, address, user_id } = order;

const cancel = (reason: string): ToolCall => ({
  name: 'cancel_pending_order',
  arguments: { order_id, reason },
});
const move = (more: object): ToolCall => ({
  name: 'modify_pending_order_address',
  arguments: { order_id, ...address, ...more },
});
const named = (text: string, ...calls: readonly ToolCall[]) =>
  sourceless(domain, state, { instructions: text }, calls);

describe('arguments that nobody could have known', () => {
  it('are none where the words or the database give them', () => {
    expect(named(`Cancel ${order_id}: I have no longer needed it.`, cancel('no longer needed'))).toEqual([]);
    expect(named('Send it to where I live.', move({}))).toEqual([]);
    expect(named('My new address is 12, Elm-Street!', move({ address1: '12 Elm Street' }))).toEqual([]);
  });

  it('are named where nothing gives them', () => {
    expect(named('Send it elsewhere.', move({ address1: '77 Nowhere Lane' }))).toEqual([
      { tool: 'modify_pending_order_address', argument: 'address1', value: '77 Nowhere Lane', others: [] },
    ]);
  });

  it('that are a choice come with the other choices, if those end elsewhere', () => {
    expect(named(`Cancel ${order_id}.`, cancel('no longer needed'))).toEqual([
      {
        ...{ tool: 'cancel_pending_order', argument: 'reason', value: 'no longer needed' },
        others: ['ordered by mistake'],
      },
    ]);
  });

  it('of look-ups and of free text are left alone', () => {
    const read = { name: 'get_order_details', arguments: { order_id: '#W0' } };
    const hand = { name: 'transfer_to_human_agents', arguments: { summary: 'Wants the moon.' } };
    expect(named('', read, hand)).toEqual([]);
  });

  it('are findings of a review: an error where made up, a warning where there was a choice', async () => {
    const [first] = tau2Tasks(db);
    const task = (id: string, reason: string, call: ToolCall) => ({
      ...first,
      id,
      user_scenario: { persona: null, instructions: reason },
      evaluation_criteria: { actions: [call], reward_basis: ['DB'] },
    });
    const tasks = [
      task('a', `You are ${user_id}. Send ${order_id} elsewhere.`, move({ address1: '77 Nowhere Lane' })),
      task('b', `You are ${user_id}. Cancel ${order_id}.`, cancel('no longer needed')),
      task('c', `You are ${user_id}. Cancel ${order_id}, no longer needed.`, cancel('no longer needed')),
    ];
    const ref = fileRef(domain, 'db.json', database);
    const input = { domain, state, database: ref, name: 't', tasks, first: 0 };
    const findings: string[][] = [];
    for await (const review of reviewTau2Tasks(input))
      findings.push(review.findings.map(({ check, severity }) => `${check} ${severity}`));
    expect(findings).toEqual([['S1 error'], ['S2 warning'], []]);
  });
});
