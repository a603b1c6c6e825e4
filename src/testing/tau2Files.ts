import { createRandom } from '#core/environment/random.ts';
import { seed } from '../../domains/retail/seed/index.ts';

/** A retail database as somebody else would bring it: without the fields that only our schema fills in. */
export function tau2Database(users = 12, name = 'brought') {
  return seed(createRandom(name), users);
}
type Db = ReturnType<typeof tau2Database>;

/** The files of a tau2-bench domain folder, made here. */
export function tau2Files(users = 12, name = 'brought') {
  const db = tau2Database(users, name);
  const tasks = tau2Tasks(db);
  const ids = tasks.map(({ id }) => id);
  return {
    'db.json': JSON.stringify(db),
    'tasks.json': JSON.stringify(tasks),
    'policy.md': '# A policy of our own\n\nBe kind.\n\n- Cancel only what the customer names.\n',
    'split_tasks.json': JSON.stringify({ train: ids.slice(0, 2), base: ids }),
  };
}

const task = (id: string, reason: string, actions: readonly unknown[], more: object = {}) => ({
  id,
  description: { purpose: null, relevant_policies: null, notes: null },
  user_scenario: {
    persona: null,
    instructions: {
      domain: 'retail',
      reason_for_call: reason,
      known_info: 'You know your order number.',
      unknown_info: null,
      task_instructions: 'You are in a hurry.',
    },
  },
  initial_state: null,
  evaluation_criteria: {
    actions,
    communicate_info: [],
    nl_assertions: null,
    reward_basis: ['DB', 'NL_ASSERTION'],
    ...more,
  },
});

const action = (name: string, args: object) => ({ action_id: name, name, arguments: args, info: null });

/** Tasks as tau2-bench publishes them: good ones, one that asks for nothing, and one that looks for what is not there. */
export function tau2Tasks(db: Db) {
  const orders = Object.values(db.orders);
  const pending = orders.filter(({ status }) => status === 'pending');
  const delivered = orders.filter(({ status }) => status === 'delivered');
  const [first] = pending;
  const [returned] = delivered;
  if (first === undefined || returned === undefined) throw new Error('The seed has no such orders.');
  const email = db.users[first.user_id]?.email ?? '';
  const cancel = (order_id: string) =>
    action('cancel_pending_order', { order_id, reason: 'no longer needed' });
  return [
    task('0', `You want to cancel order ${first.order_id}.`, [
      action('find_user_id_by_email', { email }),
      action('get_order_details', { order_id: first.order_id }),
      cancel(first.order_id),
    ]),
    task('1', `You want to return an item of ${returned.order_id}.`, [
      action('return_delivered_order_items', {
        order_id: returned.order_id,
        item_ids: [returned.items[0]?.item_id ?? ''],
        payment_method_id: returned.payment_history[0]?.payment_method_id ?? '',
      }),
    ]),
    task(
      '2',
      'You want to cancel an order, and try a wrong email first.',
      [action('find_user_id_by_email', { email: 'nobody@example.com' }), cancel(pending[1]?.order_id ?? '')],
      { nl_assertions: ['The agent apologises.'] },
    ),
    task('3', 'You only want to know where your order is.', [
      action('get_order_details', { order_id: first.order_id }),
    ]),
    task('4', 'You want to cancel an order that does not exist.', [cancel('#W0')]),
  ];
}
