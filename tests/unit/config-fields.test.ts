// The config as a form sees it: complete, with bounds and words.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configFields } from '../../core/config/fields.ts';
import { leafPaths, valueAt } from '../../core/config/interpolate.ts';
import { loadConfig } from '../../core/config/load.node.ts';

const { files, config } = loadConfig(join(import.meta.dirname, '../../configs'));
const fields = configFields(files);
const field = (path: string) => fields.find((one) => one.path === path);

test('every key of the config is a field, and every field a key', () => {
  expect(fields.map(({ path }) => path).sort()).toEqual(leafPaths(config).sort());
});

test('every field is explained, but for the mode, whose files explain themselves', () => {
  expect(fields.filter(({ comment }) => comment === '').map(({ path }) => path)).toEqual(['mode']);
});

test('kinds, bounds and choices are those of the schema', () => {
  expect(field('train.max_epochs')).toMatchObject({ kind: 'integer', min: 1, max: null, nullable: false });
  expect(field('train.learning_rate')).toMatchObject({ kind: 'number', min: 0, max: null });
  expect(field('model.dropout')).toMatchObject({ kind: 'number', min: 0, max: 1 });
  expect(field('features.graph.k')).toMatchObject({ kind: 'integer', min: 1, max: 256 });
  expect(field('data.split.kind')).toMatchObject({ kind: 'choice', choices: ['holdout', 'walk_forward'] });
  expect(field('data.split.fold')).toMatchObject({ kind: 'integer', min: 1, nullable: true });
  expect(field('data.split.train_end')).toMatchObject({ kind: 'text', nullable: true });
  expect(field('data.dataset')).toMatchObject({ kind: 'text', nullable: true });
  expect(field('model.gat.enabled')).toMatchObject({ kind: 'boolean' });
  expect(field('features.names')).toMatchObject({ kind: 'list', choices: ['core', 'prices', 'all'] });
  expect(field('train.horizon_weights')).toMatchObject({ kind: 'list', choices: [] });
  expect(field('mode')).toMatchObject({ kind: 'choice', choices: ['debug', 'demo', 'full', 'production'] });
  expect(field('engine')?.choices).toContain('onnx-cpu');
});

test('the default of every field is one that its kind allows', () => {
  const kindOf = (value: unknown): string[] => {
    if (Array.isArray(value)) return ['list'];
    if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
    return typeof value === 'boolean' ? ['boolean'] : ['text', 'choice', 'list'];
  };
  for (const { path, kind, nullable, choices } of fields) {
    const value = valueAt(config, path);
    if (value === null) expect(nullable, path).toBe(true);
    else expect(kindOf(value), path).toContain(kind);
    if (kind === 'choice') expect(choices, path).toContain(value);
  }
});
