// Every finding, probe and statistic has its words, the same placeholders in both languages, and reports read as sentences.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSentinel, writeSentinel } from '../../../core/app/sentinel/file.node.ts';
import { leaksOfRun, requireNoLeaks } from '../../../core/app/sentinel/refusal.node.ts';
import {
  LEAK_CODES,
  type LeakFinding,
  probeReport,
  PROBES,
  type SentinelReport,
  worstOf,
} from '../../../core/base/sentinel.ts';
import { LEAK_WORDS, leakText, PROBE_WORDS, SKIP_WORDS, STATISTIC_WORDS } from '../../../core/base/sentinel-words.ts';
import { warningTexts } from '../../../core/report/sections/warnings.ts';
import { labelsOf } from '../../../core/report/labels.ts';
import { sentinelLine } from '../../../main/node/commands/sentinel.ts';
import { sampleSheet } from '../report/make-sheet.ts';
import { phases } from '../../support/training.ts';

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const folder = mkdtempSync(join(tmpdir(), 'phasor-words-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('words', () => {
  test.each(LEAK_CODES)('%s', (code) => {
    const { found, advice } = LEAK_WORDS[code];
    expect(new Set(placeholders(found.ja))).toEqual(new Set(placeholders(found.en)));
    for (const words of [found, advice]) {
      expect(words.en).not.toMatch(/[ぁ-ん]/);
      expect(words.ja).toMatch(/[ぁ-んァ-ン一-龠]/);
    }
    expect(advice.en).toMatch(/\.$/);
    expect(advice.ja).toMatch(/。$/);
  });
  test('of probes, reasons and statistics', () => {
    for (const { title, looks, figure } of Object.values(PROBE_WORDS))
      for (const words of [title, looks, figure]) expect(Object.values(words).every((text) => text !== '')).toBe(true);
    for (const { en, ja } of [...Object.values(SKIP_WORDS), ...Object.values(STATISTIC_WORDS)])
      expect(placeholders(ja)).toEqual(placeholders(en));
    expect(Object.keys(PROBE_WORDS)).toEqual([...PROBES]);
  });
});

const finding = (verdict: LeakFinding['verdict'], subject: string): LeakFinding => ({
  code: 'implausible-ic',
  verdict,
  subject,
  params: { horizon: 5, rankIc: 0.41234567, least: 0.3 },
});

const reportOf = (findings: readonly LeakFinding[]): SentinelReport => {
  const probes = [probeReport('implausible-ic', 0.4, 0.1, findings)];
  return {
    panel: 'abcdef0123456789',
    verdict: worstOf(probes.map(({ verdict }) => verdict)),
    seconds: 2.5,
    split: null,
    sample: { stocks: 1, ofStocks: 1, cuts: [], days: 0 },
    probes,
    scopes: [],
    ridge: [],
  };
};

test('a finding is a sentence with figures of four decimals', () => {
  expect(leakText(finding('failed', 'alpha'), 'en')).toBe(
    'alpha has a mean daily RankIC of 0.4123 at 5 days, surely beyond 0.3000',
  );
});

test('the worst finding decides and stands first', () => {
  const { verdict, findings, count } = reportOf([finding('suspicious', 'a'), finding('failed', 'b')]).probes[0];
  expect([verdict, findings[0].subject, count]).toEqual(['failed', 'b', 2]);
  expect(probeReport('lag-one', Number.NaN, 0.1, [])).toMatchObject({ verdict: 'passed', figure: null });
});

test('the line of a report names the probes that found something', () => {
  expect(sentinelLine({ ...reportOf([finding('failed', 'b')]) } as never, 'en')).toBe(
    'leaks: failed · (Implausible IC 1) · 1 probe, 2.5 s',
  );
});

const [{ config }] = phases(['phase0_baseline'], ['data.dataset=x']);
const basis = { config };

test('a failed panel is refused unless the config allows it; a suspicious one never is', () => {
  writeSentinel(folder, reportOf([finding('failed', 'alpha')]), basis);
  expect(() => requireNoLeaks(folder, config)).toThrow(/alpha has a mean daily RankIC/);
  requireNoLeaks(folder, { train: { ...config.train, allow_leaks: true } });
  writeSentinel(folder, reportOf([finding('suspicious', 'alpha')]), basis);
  requireNoLeaks(folder, config);
  requireNoLeaks(join(folder, 'nowhere'), config);
});

test('a report on disk reads as it was written; one of another version or half of one counts as absent', () => {
  const report = reportOf([finding('failed', 'alpha')]);
  writeSentinel(folder, report, basis);
  expect(readSentinel(folder)).toEqual({ report, basis: JSON.parse(JSON.stringify(basis)) });
  const path = join(folder, 'sentinel.json');
  const text = readFileSync(path, 'utf8');
  for (const damaged of [
    text.replace('"version":1', '"version":0'),
    text.slice(0, 100),
    text.replace('"probes"', '"prober"'),
  ]) {
    writeFileSync(path, damaged);
    expect(readSentinel(folder)).toBeNull();
  }
});

test('a tear sheet says first that its panel leaks', () => {
  writeSentinel(folder, reportOf([finding('failed', 'alpha'), finding('suspicious', 'beta')]), basis);
  const sheet = sampleSheet();
  for (const locale of ['en', 'ja'] as const) {
    const leaks = leaksOfRun(folder, locale)!;
    expect(leaks).toMatchObject({ verdict: 'failed', count: 1 });
    const [first] = warningTexts({ ...sheet, locale, leaks }, labelsOf(locale));
    expect(first).toContain('alpha');
    expect(first).toContain('train.allow_leaks');
  }
  writeSentinel(folder, reportOf([]), basis);
  expect(leaksOfRun(folder, 'en')).toBeUndefined();
});
