// The arrows of the house: who may import whom. Tests are free to look anywhere.
const TEST = '[.]test[.]ts$';
const ROOTS = '^src/(main|pipeline[.]worker|export[.]worker|headless|headless[.]worker)[.]ts$';
const STAGES = [
  'environment',
  'model',
  'explore',
  'transform',
  'rollout',
  'evaluate',
  'certify',
  'dataset',
  'interchange',
  'review',
  'pipeline',
];
const CORE_PACKAGES = [
  'zod',
  '@streamparser/json',
  'mutative',
  'pure-rand',
  '@noble/hashes',
  'canonicalize',
  'dequal',
  'microdiff',
  'hyparquet-writer',
  'smol-toml',
];

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const layer = (path, ...mayUse) =>
  forbid(
    `${path.replace('/', '-')}-imports-only-${mayUse.join('+').replaceAll('src/', '') || 'itself'}`,
    'Layers point one way: core <- domains; core <- store, models, train <- ui; models <- workers <- ui.',
    { path: `^${path}/`, pathNot: TEST },
    { path: '^(src|domains)/', pathNot: [path, ...mayUse].map((used) => `^${used}/`) },
  );

const stage = (name, position) =>
  forbid(
    `core-${name}-imports-no-later-stage`,
    `A stage uses itself and the stages before it: ${STAGES.join(' <- ')}.`,
    { path: `^src/core/${name}/`, pathNot: TEST },
    { path: `^src/core/(${STAGES.slice(position + 1).join('|')})/` },
  );

module.exports = {
  forbidden: [
    layer('src/core'),
    layer('domains', 'src/core'),
    ...['store', 'models', 'train'].map((name) => layer(`src/${name}`, 'src/core')),
    layer('src/workers', 'src/core', 'src/models'),
    layer('src/headless', 'src/core', 'src/models', 'src/workers'),
    layer('src/ui', 'src/core', 'src/store', 'src/models', 'src/train', 'src/workers'),
    ...STAGES.slice(0, -1).map(stage),
    forbid(
      'only-composition-roots-name-domains',
      'Domains are data to everything else: take them as an argument.',
      { path: '^src/', pathNot: [ROOTS, TEST, '^src/testing/'] },
      { path: '^domains/' },
    ),
    forbid(
      'domains-are-imported-through-their-registry',
      'domains/index.ts lists them all; a composition root needs no other file.',
      { path: ROOTS },
      { path: '^domains/', pathNot: '^domains/index[.]ts$' },
    ),
    forbid(
      'no-domain-imports-another',
      'A domain stands alone, so that it can be removed or copied as one folder; tau2 is no domain.',
      { path: '^domains/([^/]+)/', pathNot: TEST },
      { path: '^domains/', pathNot: ['^domains/$1/', '^domains/tau2/'] },
    ),
    forbid(
      'a-domain-is-imported-through-its-index',
      'Only index.ts of a domain is its surface.',
      { path: '^domains/index[.]ts$' },
      { path: '^domains/[^/]+/', pathNot: '^domains/[^/]+/index[.]ts$' },
    ),
    forbid(
      'svelte-only-in-ui',
      'Everything below the interface runs without a framework.',
      { path: '^(src|domains)/', pathNot: ['^src/ui/', '^src/main[.]ts$', '^src/testing/', TEST] },
      { path: 'node_modules/(svelte|@lucide/svelte|virtua)/' },
    ),
    forbid(
      'dexie-only-in-store',
      'One folder knows how things are stored.',
      { path: '^(src|domains)/', pathNot: ['^src/store/', TEST] },
      { path: 'node_modules/dexie/' },
    ),
    forbid(
      'core-uses-few-packages',
      `Core is pure: of packages it may use only ${CORE_PACKAGES.join(', ')}.`,
      { path: '^src/core/', pathNot: TEST },
      { path: 'node_modules/', pathNot: `node_modules/(${CORE_PACKAGES.join('|')})/` },
    ),
    forbid(
      'core-and-domains-use-no-node',
      'They run in a browser worker.',
      { path: '^(src/core|domains)/', pathNot: TEST },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'nothing-shipped-imports-testing',
      'Builders and scripted models stay out of the build.',
      { path: '^(src|domains)/', pathNot: ['^src/testing/', TEST] },
      { path: '^src/testing/' },
    ),
    // A recursive Svelte component imports itself; that is no cycle between files.
    forbid(
      'no-circular',
      'A cycle has no first file to read.',
      { pathNot: '^src/ui/components/JsonTree[.]svelte$' },
      { circular: true },
    ),
    forbid(
      'no-unresolvable',
      'An import nobody can resolve escapes every rule above.',
      {},
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte', '.js'],
      conditionNames: ['import', 'browser', 'svelte', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
