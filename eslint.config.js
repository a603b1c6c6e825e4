import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const impure = (names, message) => names.map((name) => ({ name, message }));
const NOW = 'take `now` as an argument.';
const RANDOM = 'take `random` as an argument.';
const NEW_ID = 'take `newId` as an argument.';
const STORED = 'storage belongs to src/store.';
const TIMED = 'take time and waiting from the caller (`now`, `signal`).';

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'test-results/', 'playwright-report/', '.cache/', '**/*.cjs'] },
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'no-empty': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    files: ['src/core/**/*.ts', 'domains/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...impure(['Date', 'performance'], NOW),
        ...impure(['setTimeout', 'setInterval'], TIMED),
        ...impure(['fetch', 'XMLHttpRequest', 'WebSocket'], 'the network belongs to src/models.'),
        ...impure(['indexedDB', 'caches'], STORED),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: RANDOM },
        { object: 'crypto', property: 'getRandomValues', message: RANDOM },
        { object: 'crypto', property: 'randomUUID', message: NEW_ID },
      ],
    },
  },
  {
    // Launchers and settings in plain JavaScript carry no types to check against.
    files: ['**/*.js', '**/*.mjs'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
);
