// Owns what a reader must know before the figures: every warning of evaluation, backtest and data, once each.
import type { BacktestWarning } from '../../backtest/backtest.ts';
import type { EvaluationWarning } from '../../evaluate/evaluate.ts';
import { number } from '../format.ts';
import type { TearSheetInput } from '../input.ts';
import { fill, type Labels } from '../labels.ts';

/** Plain sentences, most serious first. */
export function warningTexts(input: TearSheetInput, labels: Labels): string[] {
  return [
    ...(input.shortMode ? [input.shortMode === 'debug' ? labels.warnDebug : labels.warnDemo] : []),
    ...(input.leaks ? [leakText(input.leaks, labels)] : []),
    ...evaluationTexts(input.evaluation.warnings, input.evaluation.options.implausibleIc, labels),
    ...survivorshipText(input.dataset, labels),
    ...(input.backtest?.warnings ?? []).map((warning) => bookText(warning, labels)),
  ];
}

function survivorshipText({ survivorship, delisted, synthetic }: TearSheetInput['dataset'], labels: Labels): string[] {
  if (survivorship === 'biased') return [labels.warnSurvivorship];
  if (survivorship === 'some' && delisted) return [fill(labels.warnSurvivorshipSome, delisted)];
  return survivorship === 'unknown' && !synthetic ? [labels.warnSurvivorshipUnknown] : [];
}

function leakText({ verdict, count, texts }: NonNullable<TearSheetInput['leaks']>, labels: Labels): string {
  const findings = texts.join(labels.sentenceSeparator) + (count > texts.length ? ' …' : '');
  return fill(verdict === 'failed' ? labels.warnLeakingPanel : labels.warnSuspiciousPanel, { findings });
}

type Of<C extends EvaluationWarning['code']> = Extract<EvaluationWarning, { code: C }>;

/** One sentence a kind of warning: horizons that share it are listed in it. */
function evaluationTexts(warnings: readonly EvaluationWarning[], limit: number, labels: Labels): string[] {
  const of = <C extends EvaluationWarning['code']>(code: C): Of<C>[] =>
    warnings.filter((warning): warning is Of<C> => warning.code === code);
  const horizons = (group: readonly { horizon: number | 'overall' }[]): string =>
    group
      .map(({ horizon }) => (horizon === 'overall' ? labels.overall : fill(labels.horizonDays, { count: horizon })))
      .join(labels.listSeparator);
  const sentence = <T extends { horizon: number | 'overall' }>(
    group: readonly T[],
    label: string,
    values: (group: readonly T[]) => Record<string, string | number>,
  ): string[] => (group.length === 0 ? [] : [fill(label, { ...values(group), horizons: horizons(group) })]);
  const most = (values: number[]): number => Math.max(...values);

  return [
    ...(['rankIc', 'ic'] as const).flatMap((metric) =>
      sentence(
        of('implausible-ic').filter((warning) => warning.metric === metric),
        labels.warnLeak,
        (group) => ({
          metric: labels[metric],
          value: number(group.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a)).value, 'ic'),
          limit: `±${limit.toFixed(2)}`,
        }),
      ),
    ),
    ...of('few-days').map(({ days, wanted }) => fill(labels.warnFewDays, { days, wanted })),
    ...sentence(of('constant-predictions'), labels.warnConstant, (group) => ({
      days: most(group.map(({ days }) => days)),
    })),
    ...sentence(of('too-few-stocks'), labels.warnTooFewStocks, (group) => ({
      days: most(group.map(({ days }) => days)),
      stocks: group[0].minNodes,
    })),
    ...sentence(of('non-finite-predictions'), labels.warnNonFinite, (group) => ({
      rows: number(most(group.map(({ rows }) => rows)), 'count'),
    })),
    ...sentence(of('crossing-quantiles'), labels.warnCrossing, (group) => ({
      share: number(most(group.map(({ share }) => share)), 'percent'),
    })),
  ];
}

function bookText(warning: BacktestWarning, labels: Labels): string {
  switch (warning.code) {
    case 'few-days':
      return fill(labels.warnFewBookDays, { days: warning.days, wanted: warning.wanted });
    case 'ruined':
      return labels.warnRuined;
    case 'unfilled-orders':
      return fill(labels.warnUnfilled, { count: number(warning.orders, 'count') });
    case 'impact-unknown':
      return fill(labels.warnImpact, { count: number(warning.trades, 'count') });
    case 'delisted-positions':
      return fill(labels.warnDelisted, { count: number(warning.positions, 'count') });
    case 'unknown-codes':
      return fill(labels.warnUnknownCodes, { count: number(warning.codes, 'count') });
  }
}
