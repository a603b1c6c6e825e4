/** Where the models that Roll out offers are kept, among the settings of the browser. */
export const MODELS_SETTING = 'models';

/** True for an agent that is a model: "provider/model". */
export const isModelId = (agent: string): boolean => agent.includes('/');

/** True for a model that runs in this tab or browser: "wllama/…", "webllm/…" or "browser/…". */
export const isTabModelId = (id: string): boolean => /^(wllama|webllm|browser)\//.test(id);

/** True for the model that the browser brings with it. */
export const isBuiltinId = (id: string): boolean => id.startsWith('browser/');

/** What is shown of a model's id: its name, without the provider. */
export const modelName = (id: string): string => id.slice(id.indexOf('/') + 1);

/** Ends the id of an agent whose user was a person. */
export const PLAYED = '+person';
/** The id of a person in the agent's seat. */
const HUMAN = 'human';

/** What an agent is, beside its name: two providers may have a model of the same name. */
export function agentNote(id: string): string {
  if (id === HUMAN) return 'played by hand';
  if (id.endsWith(PLAYED)) return `${agentNote(id.slice(0, -PLAYED.length))}, user by hand`;
  return isModelId(id) ? `model · ${id.slice(0, id.indexOf('/'))}` : 'scripted baseline';
}
