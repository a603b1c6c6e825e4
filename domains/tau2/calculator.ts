import { calculatorSpec, ToolError, type Json, type Tool } from '#core/environment/index.ts';
import { items, typeName } from './python.ts';
import { referenceTools } from './tools.ts';

const ALLOWED = '0123456789+-*/(). ';

/** The calculator of a toolkit. */
export const calculatorOf = (toolkit: string): Tool =>
  referenceTools(toolkit)({
    ...calculatorSpec,
    loosely: (_db, _args, { expression = null }) => refusal(expression),
  });

/** The reference goes through the characters of an expression, whatever it is, and then lets Python evaluate it. */
function refusal(expression: Json): never {
  for (const item of items(expression)) {
    if (typeof item !== 'string')
      throw new ToolError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    if (!ALLOWED.includes(item)) throw new ToolError('Invalid characters in expression');
  }
  throw new ToolError('eval() arg 1 must be a string, bytes or code object');
}
