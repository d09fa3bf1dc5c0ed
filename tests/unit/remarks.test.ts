// Remarks in English are read back into Japanese: log lines, pieces of messages, and what the leakage sentinel found.
import { expect, test } from 'vitest';
import { AppError, renderMessage } from '../../core/base/errors.ts';
import { remarkText } from '../../core/base/remarks.ts';
import { LEAK_CODES, type LeakCode } from '../../core/base/sentinel.ts';
import { LEAK_WORDS, leakText, leakTextIn } from '../../core/base/sentinel-words.ts';

test('what has words is said in Japanese, anything else as it stands; English stays', () => {
  expect(remarkText('fold2/split: 192 train, 44 validation, 44 test days', 'ja')).toBe(
    'fold2/期間の分割: 学習 192 日、検証 44 日、テスト 44 日',
  );
  expect(remarkText('lstm: gradient norm below 1e-8 for 50 steps', 'ja')).toMatch(/^lstm: 勾配ノルムが 50 ステップ/);
  expect(remarkText('phase0_baseline: lstm: gradient norm below 1e-8 for 50 steps', 'ja')).toMatch(
    /^phase0_baseline lstm: 勾配/,
  );
  expect(remarkText('Failed to get an adapter', 'ja')).toBe('Failed to get an adapter');
  expect(remarkText('is absent', 'en')).toBe('is absent');
});

test('a message translates what it is filled with, but no name of the user', () => {
  const error = new AppError('state/not-found', { what: 'run', name: 'run', known: 'run' });
  expect(renderMessage(error.code, error.params, 'ja')).toContain('実行「run」');
  expect(renderMessage(error.code, error.params, 'en')).toContain('no run "run"');
});

test('every finding of the sentinel reads back', () => {
  for (const code of LEAK_CODES as readonly LeakCode[]) {
    const names = [...LEAK_WORDS[code].found.en.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const params = Object.fromEntries(names.filter((name) => name !== 'subject').map((name, i) => [name, 1000 + i]));
    const finding = { code, subject: 'rsi_14', params, verdict: 'failed' } as Parameters<typeof leakText>[0];
    const japanese = leakTextIn(leakText(finding, 'en'), 'ja');
    expect(japanese, code).toBe(leakText(finding, 'ja'));
    expect(remarkText(`leakage sentinel: failed, ${leakText(finding, 'en')}`, 'ja'), code).toContain(japanese);
  }
});
