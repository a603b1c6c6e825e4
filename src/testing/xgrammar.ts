/**
 * The grammars of WebLLM in Node: the same compiler (xgrammar), with a vocabulary of single bytes, so that a text is
 * matched byte by byte.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction, constants } from 'node:vm';
import type * as Xgrammar from '@mlc-ai/web-xgrammar';

/** How far a grammar follows a text. */
export interface Match {
  /** Bytes that were accepted. */
  readonly accepted: number;
  /** Whether the text may end there. */
  readonly mayEnd: boolean;
}

const END = 256;

/** The package is a script for pages with the extension of a module: Node can neither import nor require it. */
function load(): typeof Xgrammar {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@mlc-ai/web-xgrammar');
  const module = { exports: {} };
  const run = compileFunction(
    readFileSync(path, 'utf8'),
    ['module', 'exports', 'require', '__filename', '__dirname'],
    {
      filename: path,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  Reflect.apply(run, undefined, [module, module.exports, require, path, path.replace(/[^/]*$/, '')]);
  // What the script exports is what its types say.
  return module.exports as typeof Xgrammar;
}

/** Compiles schemas the way WebLLM does it for `response_format: json_object`. */
export async function grammarCompiler() {
  const { TokenizerInfo, GrammarCompiler, GrammarMatcher } = load();
  // One token for each byte, as tokenizers with a fallback to bytes write them.
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`);
  const info = await TokenizerInfo.createTokenizerInfo(
    [...bytes, '</s>'],
    'byte_fallback',
    false,
    bytes.length + 1,
    [END],
  );
  const compiler = await GrammarCompiler.createGrammarCompiler(info);
  return {
    async compile(schema: object) {
      const grammar = await compiler.compileJSONSchema(JSON.stringify(schema));
      return {
        async match(text: string): Promise<Match> {
          const matcher = await GrammarMatcher.createGrammarMatcher(grammar);
          try {
            let accepted = 0;
            for (const byte of new TextEncoder().encode(text)) {
              if (!matcher.acceptToken(byte)) return { accepted, mayEnd: false };
              accepted += 1;
            }
            return { accepted, mayEnd: matcher.acceptToken(END) };
          } finally {
            matcher.dispose();
          }
        },
        dispose: () => grammar.dispose(),
      };
    },
  };
}
