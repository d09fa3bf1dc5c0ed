import { expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import { silentLog } from '../../core/base/log.ts';
import {
  type ConfigFiles,
  composeConfig,
  composePhase,
  configToYaml,
  groupChoices,
  overrideOf,
} from '../../core/config/compose.ts';
import { leafPaths, type Tree, valueAt } from '../../core/config/interpolate.ts';
import { configHash, loadConfig, readConfigFiles } from '../../core/config/load.node.ts';
import { schemaPaths } from '../../core/config/schema.ts';
import { readStoredConfig } from '../../core/config/stored.node.ts';
import { parse, stringify } from 'yaml';

const files = readConfigFiles('configs');

/** The committed files with some replaced or added. */
function withFiles(changed: ConfigFiles): ConfigFiles {
  return { ...files, ...changed };
}

/** A reference, as it is written in a config. */
const to = (path: string) => `\${${path}}`;

/** The code, parameters and message of the AppError that `act` throws. */
function errorOf(act: () => unknown): { code: string; params: Record<string, unknown>; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, params: error.params, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('the committed defaults compose, for every choice of every group', () => {
  for (const group of ['data', 'features', 'model', 'train', 'mode']) {
    const choices = groupChoices(files, group);
    expect(choices.length, group).toBeGreaterThan(0);
    for (const choice of choices) expect(() => composeConfig(files, [`${group}=${choice}`])).not.toThrow();
  }
});

test('every key of the files is in the schema, and the defaults set every key of the schema', () => {
  const known = new Set(schemaPaths());
  for (const [file, text] of Object.entries(files)) {
    const { defaults: _, ...body } = parse(text) as Tree;
    for (const path of leafPaths(body)) expect(known, `${file}: ${path}`).toContain(path);
  }
  const config = composeConfig(files) as unknown as Tree;
  for (const path of known) expect(valueAt(config, path), path).not.toBeUndefined();
});

test('every key is explained where its default stands', () => {
  const explained = [
    'config.yaml',
    'data/daily.yaml',
    'features/all.yaml',
    'model/atft_gat_fan.yaml',
    'train/_base.yaml',
  ];
  const keys = explained.flatMap((file) => files[file].split('\n').map((line) => ({ file, line })));
  for (const { file, line } of keys) {
    const isValue = /^\s*\w+: +[^#\s]/.test(line) && !line.trim().startsWith('- ');
    if (isValue) expect(line, file).toMatch(/\S+: .*# \S/);
  }
});

test('the phases differ by what their files say, and nothing else', () => {
  const sources = loadConfig('configs');
  const phases = sources.config.train.phases;
  expect(phases).toEqual(groupChoices(files, 'train'));
  const configs = phases.map((phase) => composePhase(sources, phase));
  const switches = configs.map(({ model, train }) => [
    model.fan.enabled,
    model.san.enabled,
    model.gat.enabled,
    train.augmentation.enabled,
  ]);
  expect(switches).toEqual([
    [false, false, false, false],
    [true, true, false, false],
    [true, true, true, false],
    [true, true, true, true],
    [true, true, true, false],
  ]);
  expect(configs.map(({ train }) => train.max_epochs)).toEqual([8, 8, 8, 8, 5]);
  for (const { data, features } of configs)
    expect({ data, features }).toEqual({ data: configs[0].data, features: configs[0].features });
});

test('the command line wins over every phase, and mode=debug over every phase but not over the command line', () => {
  const phases = (overrides: string[]) => {
    const sources = loadConfig('configs', overrides);
    return sources.config.train.phases.map((phase) => composePhase(sources, phase));
  };
  for (const { train, model } of phases(['train.max_epochs=5', 'model.hidden_size=128', 'mode=debug'])) {
    expect(train.max_epochs).toBe(5);
    expect(model.hidden_size).toBe(128);
  }
  for (const { train, model, data } of phases(['mode=debug'])) {
    expect([train.max_epochs, model.hidden_size, data.last_days]).toEqual([2, 16, 250]);
  }
});

test('a group may build on another file of the group', () => {
  const large = composeConfig(files, ['model=large']);
  expect(large.model).toEqual({ ...composeConfig(files).model, hidden_size: 256 });
  expect(composeConfig(files, ['data=walk_forward']).data.split.kind).toBe('walk_forward');
});

test('overrides are YAML values', () => {
  const config = composeConfig(files, [
    'data.dataset=sp500',
    'features.names=[rsi_14, macd]',
    'train.learning_rate=2e-4',
    'train.carry_parent=false',
    'data.split.train_end=2016-12-30',
    'data.split.valid_end=2017-06-30',
    'train.loss={pinball: 2, sharpe: 0}',
  ]);
  expect(config.data.dataset).toBe('sp500');
  expect(config.features.names).toEqual(['rsi_14', 'macd']);
  expect(config.train.learning_rate).toBe(2e-4);
  expect(config.train.carry_parent).toBe(false);
  expect(config.data.split.train_end).toBe('2016-12-30');
  expect(config.train.loss).toMatchObject({ pinball: 2, sharpe: 0, rank_ic: 0.5 });
});

test.each(['2024', 'true', 'null', '1e5', '[a]', 'a: b', '日経225'])('a dataset may be called %s', (name) => {
  expect(composeConfig(files, [overrideOf('data.dataset', name)]).data.dataset).toBe(name);
});

test('a reference takes the value with its type, follows overrides, and is text inside text', () => {
  expect(composeConfig(files, ['model.dropout=0.25']).model.gat.dropout).toBe(0.25);
  const named = composeConfig(files, [
    'seed=7',
    `data.dataset=set-${to('seed')}-${to('mode')}`,
    `model.fan.windows=[5,"${to('model.sequence_length')}"]`,
  ]);
  expect(named.data.dataset).toBe('set-7-full');
  expect(named.model.fan.windows).toEqual([5, 20]);
});

test('an unknown key names its file and the nearest key', () => {
  const misspelt = withFiles({ 'model/large.yaml': 'defaults: [{model: atft_gat_fan}]\nmodel: {hiden_size: 256}' });
  expect(errorOf(() => composeConfig(misspelt, ['model=large']))).toEqual({
    code: 'config/unknown-key',
    params: { file: 'configs/model/large.yaml', path: 'model.hiden_size', nearest: 'model.hidden_size' },
    message: 'configs/model/large.yaml: unknown key "model.hiden_size". Did you mean "model.hidden_size"?',
  });
  const onCommandLine = (override: string) => errorOf(() => composeConfig(files, [override])).params;
  expect(onCommandLine('max_epochs=5')).toMatchObject({ file: 'command line', nearest: 'train.max_epochs' });
  expect(onCommandLine('model.gat.layer=3')).toMatchObject({ nearest: 'model.gat.layers' });
  expect(onCommandLine('tarin.patience=3')).toMatchObject({ path: 'tarin', nearest: 'train' });
  expect(onCommandLine('__proto__.polluted=1')).toMatchObject({ path: '__proto__' });
  expect(({} as Tree).polluted).toBeUndefined();
});

test.each([
  ['train.max_epochs=five', '"five"', 'number'],
  ['threads=1.5', '1.5', 'int'],
  ['threads=-1', '-1', 'number >= 0'],
  ['model.dropout=1', '1', 'number < 1'],
  [
    'engine=onnx',
    '"onnx"',
    'auto | onnx-cpu | onnx-webgpu | onnx-cuda | onnx-dml | tfjs-node-gpu | tfjs-wasm | tfjs-cpu',
  ],
  ['data.split.train_end=2020-13-01', '"2020-13-01"', 'YYYY-MM-DD'],
  ['features.names=3', '3', 'core | prices | all | array'],
  ['features.names=[]', '[]', 'length(array) >= 1'],
  ['data.horizons=[1, x]', '"x"', 'number'],
  ['train.loss=4', '4', 'object'],
  ['train.patience=', 'null', 'number'],
])('%s is refused with what was found and what was expected', (override, found, expected) => {
  const { code, params } = errorOf(() => composeConfig(files, [override]));
  expect(code).toBe('config/wrong-value');
  expect(params).toMatchObject({ file: 'command line', found, expected });
  expect(override.startsWith(String(params.path).replace(/\.\d+$/, ''))).toBe(true);
});

test('a wrong value in a file names that file', () => {
  const wrong = withFiles({ 'mode/debug.yaml': 'mode: debug\ntrain: {guards: {stall_seconds: soon}}' });
  expect(errorOf(() => composeConfig(wrong, ['mode=debug']))).toMatchObject({
    code: 'config/wrong-value',
    params: { file: 'configs/mode/debug.yaml', path: 'train.guards.stall_seconds', found: '"soon"' },
  });
});

test('a key that no file sets names the section that it is missing from', () => {
  const without = files['model/atft_gat_fan.yaml'].replace(/^ {2}lstm_layers.*$/m, '');
  expect(errorOf(() => composeConfig(withFiles({ 'model/atft_gat_fan.yaml': without })))).toMatchObject({
    code: 'config/missing-key',
    params: { path: 'model.lstm_layers', expected: 'number' },
  });
});

test.each([
  ['data.split.embargo=5', 'data.split.embargo'],
  ['data.split.train_fraction=0.9', 'data.split.valid_fraction'],
  ['data.split.train_end=2016-01-01', 'data.split.train_end'],
  ['data.horizons=[2, 1, 3, 5, 10]', 'data.horizons'],
  ['data.horizons=[1, 2]', 'data.horizons'],
  ['data.horizons=[1, 2, 3, 4, 5]', 'data.horizons'],
  ['train.horizon_weights=[1, 1]', 'train.horizon_weights'],
  ['data.split.fold=6', 'data.split.fold'],
  ['model.quantiles=[0.5, 0.1]', 'model.quantiles'],
  ['model.quantiles=[0.1, 0.9]', 'model.quantiles'],
  ['model.quantiles=[0.05, 0.5, 0.95]', 'model.quantiles'],
  ['model.attention_heads=3', 'model.attention_heads'],
  ['model.gat.heads=3', 'model.gat.heads'],
  ['model.sequence_length=10', 'model.fan.windows'],
  ['model.san.slices=21', 'model.san.slices'],
  ['train.min_learning_rate=1', 'train.min_learning_rate'],
])('%s contradicts another key, and is told so', (override, path) => {
  expect(errorOf(() => composeConfig(files, [override]))).toMatchObject({
    code: 'config/inconsistent',
    params: { path },
  });
});

test('references in a circle or to nowhere are errors', () => {
  expect(errorOf(() => composeConfig(files, [`model.dropout=${to('model.gat.dropout')}`]))).toMatchObject({
    code: 'config/interpolation-cycle',
    params: { chain: 'model.dropout -> model.gat.dropout -> model.dropout' },
  });
  expect(errorOf(() => composeConfig(files, [`seed=${to('seed')}`]))).toMatchObject({
    code: 'config/interpolation-cycle',
    params: { file: 'command line', chain: 'seed -> seed' },
  });
  expect(errorOf(() => composeConfig(files, [`model.dropout=${to('model.gat.dropot')}`]))).toMatchObject({
    code: 'config/unknown-reference',
    params: { file: 'command line', target: 'model.gat.dropot', nearest: 'model.gat.dropout' },
  });
});

test('an unknown choice names the choices; a shared part is no choice', () => {
  expect(errorOf(() => composeConfig(files, ['mode=debgu']))).toMatchObject({
    code: 'config/unknown-choice',
    params: { file: 'command line', nearest: 'debug', choices: 'debug, demo, full, production' },
  });
  expect(errorOf(() => composeConfig(files, ['train=_base'])).code).toBe('config/unknown-choice');
  expect(errorOf(() => composePhase({ files, overrides: [], folder: 'configs' }, 'phase5')).code).toBe(
    'config/unknown-choice',
  );
});

test('files that are no config are refused with line and column', () => {
  const broken = (text: string) => errorOf(() => composeConfig(withFiles({ 'mode/full.yaml': text })));
  expect(broken('mode: full\ntrain: {max_epochs: 3')).toMatchObject({
    code: 'config/bad-yaml',
    params: { file: 'configs/mode/full.yaml', line: 2 },
  });
  expect(broken('mode: full\nmode: debug')).toMatchObject({ code: 'config/bad-yaml', params: { line: 2, column: 1 } });
  expect(broken('mode: *nowhere').code).toBe('config/bad-yaml');
  expect(broken('- a\n- b').code).toBe('config/bad-yaml');
  expect(broken('defaults: full').code).toBe('config/bad-defaults');
  expect(broken('defaults: [{mode: full}]')).toMatchObject({
    code: 'config/defaults-cycle',
    params: { chain: 'mode/full.yaml -> mode/full.yaml' },
  });
});

test.each(['x', '=3', 'a..b=1', 'seed=[1', 'model hidden=3'])('%s is no override', (override) => {
  expect(errorOf(() => composeConfig(files, [override])).code).toBe('config/bad-override');
});

test('a folder without configs is told apart from one that is not there', () => {
  expect(errorOf(() => loadConfig('no/such/folder')).code).toBe('config/no-folder');
  expect(errorOf(() => loadConfig('configs/mode')).params).toEqual({ file: 'configs/mode/config.yaml' });
});

test('a stored config reads back equal, with an equal hash; another config has another hash', () => {
  const config = composeConfig(files, ['model=large', 'data.dataset="true"']);
  const back = readStoredConfig(configToYaml(config), 'runs/x/config.yaml', silentLog);
  expect(back).toEqual(config);
  expect(configHash(back)).toBe(configHash(config));
  expect(configHash(composeConfig(files))).not.toBe(configHash(config));
  const damaged = configToYaml(config).replace('hidden_size: 256', 'hidden_size: wide');
  expect(errorOf(() => readStoredConfig(damaged, 'runs/x/config.yaml', silentLog)).params).toMatchObject({
    file: 'runs/x/config.yaml',
  });
});

test('a config that another version stored is read: what is gone is left out, what came later takes the default of its phase, both said', () => {
  const sources = loadConfig('configs', ['seed=7', 'model.hidden_size=128']);
  const phase = composePhase(sources, 'phase4_finetune');
  const stored = parse(configToYaml(phase)) as { train: Record<string, unknown>; model: Record<string, unknown> };
  const said: string[] = [];
  const read = (tree: object) => readStoredConfig(stringify(tree), 'the run', (_, message) => said.push(message));
  expect(read(stored)).toEqual(phase);
  expect(said).toEqual([]);

  const { learning_rate, guards, ...rest } = stored.train;
  const { san, ...model } = stored.model;
  const other = { ...stored, older: 1, model: { ...model, wavelets: { levels: 3 } }, train: rest };
  expect(learning_rate).toBe(1e-4);
  expect([guards, san]).not.toContain(undefined);
  expect(read(other)).toEqual(phase);
  expect(said.join('\n')).toMatch(/model\.san\.enabled.*train\.learning_rate.*train\.guards\.dead_gradient/);
  expect(said.join('\n')).toMatch(/model\.wavelets\.levels, older|older, model\.wavelets\.levels/);
});

test("'all' of a stored config is the catalogue of its time, which the core set keeps", () => {
  const stored = configToYaml(loadConfig('configs', ['features=all']).config);
  expect(stored).toContain('names: all');
  expect(readStoredConfig(stored, 'the run', () => undefined).features).toMatchObject({ set: 'all', names: 'core' });
});

test('a model that does not exist and more neighbours than can be kept are refused with what is possible', () => {
  expect(errorOf(() => composeConfig(files, ['model.name=resnet'])).params).toMatchObject({ expected: 'atft_gat_fan' });
  expect(errorOf(() => composeConfig(files, ['features.graph.k=1000000'])).params).toMatchObject({
    path: 'features.graph.k',
  });
});
