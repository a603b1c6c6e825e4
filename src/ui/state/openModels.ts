/** Models of a run, wherever they are: behind a key, on a server, or in this tab. */
import { FREE, Budget, limitReached, withBudget, type Spent } from '../../models/index.ts';
import { ModelError, type LanguageModel } from '#core/model/index.ts';
import type { OpenModels } from '../../workers/modelDesk.ts';
import { isTabModelId } from './modelId.ts';
import type { ModelPlan } from './modelPlan.ts';
import type { ModelsState } from './models.svelte.ts';
import type { TabModels } from './tabModels.svelte.ts';

/** Opens models by their ids, wherever they are: one budget for all of them. */
export type OpenRun = (
  ids: readonly string[],
  plan: ModelPlan,
  onspent: (spent: Spent) => void,
) => Promise<OpenModels>;

/** Opens models for one run. A model in this tab costs nothing, and counts against the limits together with all others. */
export async function openModels(
  models: Pick<ModelsState, 'open'>,
  tab: Pick<TabModels, 'open'>,
  ids: readonly string[],
  plan: ModelPlan,
  onspent: (spent: Spent) => void,
): Promise<OpenModels> {
  const here = ids.filter(isTabModelId);
  if (here.length === 0) return models.open(ids, plan, onspent);
  const held = here.map((id) => tab.open(id));
  const elsewhere = ids.filter((id) => !isTabModelId(id));
  let hosted = plan.spent;
  const total = () => added(budget.spent, hosted, plan.spent);
  const budget = new Budget(plan.limits, () => onspent(total()), plan.spent);
  const opened =
    elsewhere.length === 0
      ? null
      : await models.open(elsewhere, plan, (spent) => {
          hosted = spent;
          onspent(total());
        });
  const counted = held.map((model) =>
    withLimit(withBudget(model, budget, FREE), () => limitReached(plan.limits, total())),
  );
  return {
    models: [...counted, ...(opened?.models ?? [])],
    // One engine speaks for one conversation at a time, and keeps what it has read of it.
    atOnce: 1,
    close: () => opened?.close(),
  };
}

/** A model that asks nothing once the run as a whole has reached a limit. */
function withLimit(model: LanguageModel, reached: () => string | null): LanguageModel {
  return {
    ...model,
    async *stream(request, signal) {
      const what = reached();
      if (what !== null)
        throw new ModelError('budget', `The limit of ${what} is reached.`, 'Raise it to go on.');
      yield* model.stream(request, signal);
    },
  };
}

/** What two have used that began with the same. */
function added(a: Spent, b: Spent, before: Spent): Spent {
  const sum = (key: keyof Spent) => a[key] + b[key] - before[key];
  return {
    calls: sum('calls'),
    prompt: sum('prompt'),
    cached: sum('cached'),
    reply: sum('reply'),
    dollars: sum('dollars'),
    estimated: sum('estimated'),
    unpriced: sum('unpriced'),
  };
}
