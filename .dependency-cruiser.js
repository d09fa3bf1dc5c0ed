// The arrows of ARCHITECTURE.md, as rules. tests/unit/architecture.test.ts plants one violation of each.
const layers = {
  base: [],
  contract: ['base', 'data', 'config'],
  config: ['base', 'data'],
  tensor: ['base'],
  runtime: ['base', 'tensor'],
  nn: ['base', 'tensor'],
  models: ['base', 'data', 'config', 'tensor', 'nn'],
  data: ['base'],
  features: ['base', 'data', 'stockgraph'],
  stockgraph: ['base', 'data'],
  splits: ['base', 'data'],
  evaluate: ['base', 'data', 'splits'],
  backtest: ['base', 'data', 'evaluate'],
  report: ['base', 'data', 'evaluate', 'backtest'],
  store: ['base', 'contract'],
  train: [
    'base',
    'contract',
    'config',
    'data',
    'features',
    'stockgraph',
    'splits',
    'evaluate',
    'tensor',
    'runtime',
    'nn',
    'models',
  ],
};

const rules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `core-${layer}`,
  comment: `core/${layer} may import only ${allowed.join(', ') || 'nothing of core'}.`,
  severity: 'error',
  from: { path: `^core/${layer}/` },
  to: { path: '^core/', pathNot: `^core/(${[layer, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...rules,
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; code that runs may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-is-hostless',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(main|preload|renderer|tests)/|^electron' },
    },
    {
      name: 'pure-core',
      comment: 'Only *.node.ts files may touch node modules or native packages.',
      severity: 'error',
      from: { path: '^core/', pathNot: '\\.node\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-core-packages',
      severity: 'error',
      from: { path: '^core/', pathNot: '\\.node\\.ts$' },
      to: { path: 'node_modules/(better-sqlite3|@duckdb|onnxruntime-node)' },
    },
    {
      name: 'pure-core-imports-pure',
      comment: 'A pure file does not import a *.node.ts file.',
      severity: 'error',
      from: { path: '^core/', pathNot: '\\.node\\.ts$' },
      to: { path: '\\.node\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'renderer-values-from-contract',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^core/(?!contract/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'electron-only-in-main-electron',
      severity: 'error',
      from: { pathNot: '^(main/electron|preload)/' },
      to: { path: '^electron$|node_modules/electron/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.node.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
