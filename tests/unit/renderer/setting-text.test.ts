import { expect, test } from 'vitest';
import type { SettingField } from '../../../core/contract/views/training.ts';
import { overrideText, sameSetting, settingText, textProblem } from '../../../renderer/lib/setting-text.ts';

const field = (patch: Partial<SettingField>): SettingField => ({
  path: 'train.x',
  kind: 'number',
  min: null,
  max: null,
  choices: [],
  comment: '',
  nullable: false,
  ...patch,
});

test('values read as they are written after the = of an override, quoted only where they would read as something else', () => {
  expect(settingText(0.0005)).toBe('0.0005');
  expect(settingText([1, 0.8])).toBe('[1, 0.8]');
  expect(settingText(null)).toBe('null');
  expect(settingText('holdout')).toBe('holdout');
  expect(settingText('2024-01-05')).toBe('"2024-01-05"');
  expect(settingText(['Real Estate', 'true'])).toBe('["Real Estate", "true"]');
  expect(sameSetting([1, 2], [1, 2])).toBe(true);
  expect(sameSetting(undefined, null)).toBe(true);
});

test('a text is refused before it is sent where its kind, its bounds or its choices do not allow it', () => {
  expect(textProblem(field({}), '1e-3')).toBeNull();
  expect(textProblem(field({}), 'fast')).toEqual({ kind: 'number' });
  expect(textProblem(field({}), '')).toEqual({ kind: 'empty' });
  expect(textProblem(field({ nullable: true }), '')).toBeNull();
  expect(textProblem(field({ kind: 'integer' }), '2.5')).toEqual({ kind: 'integer' });
  expect(textProblem(field({ kind: 'integer', min: 1 }), '0')).toEqual({ kind: 'least', bound: 1 });
  expect(textProblem(field({ max: 1 }), '1.5')).toEqual({ kind: 'most', bound: 1 });
  expect(textProblem(field({ kind: 'list' }), '1, 2')).toEqual({ kind: 'list' });
  expect(textProblem(field({ kind: 'choice', choices: ['a', 'b'] }), 'c')).toEqual({ kind: 'choice', choices: 'a, b' });
});

test('what was typed becomes the text of an override', () => {
  expect(overrideText(field({}), ' +1e-3 ')).toBe('0.001');
  expect(overrideText(field({ nullable: true }), ' ')).toBe('null');
  expect(overrideText(field({ kind: 'text', nullable: true }), '2024-01-05')).toBe('"2024-01-05"');
});
