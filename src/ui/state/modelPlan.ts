import { z } from 'zod';
import { promptsDigest } from '#core/prompts/index.ts';
import type { RunRow } from '../../store/rows.ts';
import { isModelId } from './modelId.ts';

const tokens = z.int().nonnegative();

/** What a run may spend; null for no limit. */
const limitsSchema = z.strictObject({
  calls: z.int().positive().nullable(),
  tokens: z.int().positive().nullable(),
  dollars: z.number().positive().nullable(),
});
export type RunLimits = z.infer<typeof limitsSchema>;

/**
 * The part of a run's recipe that is about models: enough to go on with it. It names models, never where they are
 * or with which key.
 */
const modelPlanSchema = z.strictObject({
  /** The model that reads and words for the user; null leaves that to rules and templates. */
  user: z.string().nullable(),
  /** Rollouts, and requests to one provider, at the same time. */
  atOnce: z.int().positive(),
  limits: limitsSchema,
  /** What all of the run's sittings have used. */
  spent: z.strictObject({
    calls: tokens,
    prompt: tokens,
    cached: tokens,
    reply: tokens,
    dollars: z.number().nonnegative(),
    estimated: tokens,
    unpriced: tokens,
  }),
});
export type ModelPlan = z.infer<typeof modelPlanSchema>;

/** The plan in a run's recipe; null when no model takes part. */
export function modelPlanOf(row: Pick<RunRow, 'recipe'>): ModelPlan | null {
  return modelPlanSchema.safeParse(row.recipe['models']).data ?? null;
}

/** Ids of the models of a run: its agents that are models, and the one that speaks for the user. */
export function modelsIn(agents: readonly string[], plan: ModelPlan | null): readonly string[] {
  if (plan === null) return [];
  return [...new Set([...agents.filter(isModelId), ...(plan.user === null ? [] : [plan.user])])];
}

/** The recipe with this plan in it, and the digest of the prompts by which its models are asked. */
export function withModelPlan(recipe: RunRow['recipe'], plan: ModelPlan): RunRow['recipe'] {
  return {
    ...recipe,
    prompts: promptsDigest,
    models: { ...plan, limits: { ...plan.limits }, spent: { ...plan.spent } },
  };
}
