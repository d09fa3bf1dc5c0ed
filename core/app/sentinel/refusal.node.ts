// Owns what a leakage report means for training and for reports: a panel that leaks is refused unless told, and what was found is said.
import { AppError } from '../../base/errors.ts';
import type { Locale } from '../../base/messages/table.ts';
import type { SentinelReport } from '../../base/sentinel.ts';
import { leakText } from '../../base/sentinel-words.ts';
import type { Config } from '../../config/schema.ts';
import type { TearSheetInput } from '../../report/input.ts';
import { readSentinel } from './file.node.ts';

/** Findings that a message names one by one. */
const NAMED = 3;

/** @param panel absolute folder @throws data/leaking-panel where the panel leaks and the config does not allow it */
export function requireNoLeaks(panel: string, { train }: Pick<Config, 'train'>): void {
  const report = readSentinel(panel)?.report;
  if (report?.verdict !== 'failed' || train.allow_leaks) return;
  const { count, texts } = worstFindings(report, 'failed', 'en');
  throw new AppError('data/leaking-panel', {
    panel: report.panel.slice(0, 12),
    count,
    findings: texts.join('; ') + (count > texts.length ? '; ...' : ''),
  });
}

/** What a tear sheet says of the panel that its run was trained on; undefined where nothing was found, or nobody looked. */
export function leaksOfRun(runFolder: string, locale: Locale): TearSheetInput['leaks'] {
  const report = readSentinel(runFolder)?.report;
  if (!report || report.verdict === 'passed') return undefined;
  return { verdict: report.verdict, ...worstFindings(report, report.verdict, locale) };
}

function worstFindings(report: SentinelReport, verdict: 'suspicious' | 'failed', locale: Locale) {
  const found = report.probes.filter((probe) => probe.verdict === verdict);
  const worst = found.flatMap(({ findings }) => findings.filter((finding) => finding.verdict === verdict));
  return { count: worst.length, texts: worst.slice(0, NAMED).map((finding) => leakText(finding, locale)) };
}
