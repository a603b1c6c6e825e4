/**
 * zod would compile its parsers with `new Function`, which this page's policy forbids. It reads this before its first
 * schema; saying it through zod would bring zod into the first load. Imported before anything else.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
