/** The model that a browser brings with it. */
export {
  availabilitySchema,
  builtinIn,
  builtinNeeds,
  type BuiltinApi,
  type BuiltinAvailability,
} from './api.ts';
export { BUILTIN_ID, loadBuiltin, type LoadedBuiltin } from './model.ts';
