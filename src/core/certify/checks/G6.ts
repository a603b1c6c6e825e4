import { sameState } from '../../environment/index.ts';
import type { ToolCall } from '../../environment/index.ts';
import { passed, skipped, warned, type Check } from '../check.ts';

/** G6. Writes whose order does not matter give the same end state in every order. */
export const g6: Check = {
  id: 'G6',
  level: 'W',
  title: 'Writes whose order does not matter give the same end state in every order',
  run(trial) {
    const { calls, reference, writes } = trial;
    if (writes.length < 2) return skipped('Fewer than two writes.');
    const swapped = writes.slice(1).map((at, i) => [writes[i] ?? 0, at] as const);
    const constrained = swapped.filter(([a, b]) => {
      const order = calls.map((call, i): ToolCall =>
        i === a ? (calls[b] ?? call) : i === b ? (calls[a] ?? call) : call,
      );
      return !sameState(trial.after(order), reference.state);
    });
    return constrained.length === 0
      ? passed(`Swapping any two neighbouring writes of ${writes.length} leads to the same end state.`)
      : warned(
          `Order matters: ${constrained.map(([a, b]) => `${calls[a]?.name} before ${calls[b]?.name}`).join(', ')}.`,
        );
  },
};
