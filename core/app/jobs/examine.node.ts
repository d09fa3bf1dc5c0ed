// Owns the job that examines a panel for leaks, by itself or right after the panel was built.
import { toEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { SentinelReport } from '../../base/sentinel.ts';
import { leakText } from '../../base/sentinel-words.ts';
import { runWithPauses } from '../../base/steps.ts';
import type { WorkerContext } from '../../contract/worker.ts';
import { barsQuery, loadBars, queryBars, readManifest } from '../../data/load.node.ts';
import { loadSideTables } from '../../data/side-tables.node.ts';
import { settleUniverse } from '../../data/universe.ts';
import type { UniverseClaim } from '../../features/sentinel/universe.ts';
import { firstFoldOf, foldsOf } from '../../train/fold.ts';
import { reporter } from '../../train/reporting.ts';
import { eventfulCodes } from '../sentinel/eventful.node.ts';
import { examinePanel } from '../sentinel/examine.node.ts';
import { readSentinel, type SentinelBasis, writeSentinel } from '../sentinel/file.node.ts';
import { scalerFitter } from '../sentinel/fit-scaler.node.ts';
import { featuresBody, type FeaturesResult, type FeaturesSpec } from './features.node.ts';

export interface ExamineSpec {
  task: 'examine';
  /** Absolute folders of the dataset version and of the panel. */
  dataset: string;
  panel: string;
  basis: SentinelBasis;
}

export interface ExamineResult {
  verdict: SentinelReport['verdict'];
}

/** Examines it, whether it has been before or not. @throws cancelled, and what examinePanel throws; an earlier report stays then */
export async function examineBody(spec: ExamineSpec, context: WorkerContext): Promise<ExamineResult> {
  return { verdict: (await examine(spec, context)).verdict };
}

/** Null where the panel was there already, was not examined, and its bars are gone. */
export type ExaminedFeatures = FeaturesResult & { verdict: SentinelReport['verdict'] | null };

/** Builds the panel, or finds it, and examines it unless that was done by the same split. */
export async function examinedFeaturesBody(spec: FeaturesSpec, context: WorkerContext): Promise<ExaminedFeatures> {
  const built = await featuresBody(spec, context);
  const { dataset, panel, universe, config } = spec;
  const basis = { config, universe: universe ?? null };
  const held = readSentinel(panel);
  if (held && sameSplit(held.basis, basis)) return { ...built, verdict: held.report.verdict };
  try {
    return { ...built, verdict: (await examine({ dataset, panel, basis }, context)).verdict };
  } catch (error) {
    if (!(built.reused && error instanceof AppError && error.code === 'data/no-dataset')) throw error;
    context.log('warn', 'the panel was not examined for leaks: its bars are gone');
    return { ...built, verdict: held?.report.verdict ?? null };
  }
}

/** Whichever of its folds is trained. */
function sameSplit(a: SentinelBasis, b: SentinelBasis): boolean {
  const split = ({ config: { data } }: SentinelBasis): string =>
    JSON.stringify([data.last_days, { ...data.split, fold: null }]);
  return split(a) === split(b);
}

async function examine(
  { dataset, panel, basis }: Omit<ExamineSpec, 'task'>,
  context: WorkerContext,
): Promise<SentinelReport> {
  const report = await examinePanel({
    panel,
    loadBars: (codes) => loadBars(dataset, { codes, anchor: 'first', factor: true }),
    loadTables: (codes) => loadSideTables(dataset, { codes, signal: context.signal }),
    loadEventful: () => eventfulCodes(dataset),
    folds: (days) => foldsOrNone(basis, days),
    ...(basis.universe === undefined ? {} : { loadUniverse: () => loadUniverse(dataset, basis.universe ?? null) }),
    fitScaler: scalerFitter(basis.config, reporter(context, 'fit scaling')),
    run: async (stage, steps) => {
      const pause = async (share: number): Promise<void> => {
        context.progress({ stage: `examining: ${stage}`, done: Math.round(100 * share), total: 100 });
        await context.whenRunning();
        if (context.signal.aborted) throw new AppError('cancelled', {});
      };
      await pause(0);
      return await runWithPauses(steps, pause);
    },
  });
  writeSentinel(panel, report, basis);
  const { verdict, seconds } = report;
  const worst = report.probes.flatMap(({ findings }) => findings).find((finding) => finding.verdict === verdict);
  const said = worst ? `${verdict}, ${leakText(worst, 'en')}` : verdict;
  context.log(worst ? 'warn' : 'info', `leakage sentinel: ${said}`, { seconds });
  return report;
}

/** None where the days are too few for the split, or it is no split: a run says so itself. */
function foldsOrNone({ config }: SentinelBasis, days: Int32Array) {
  try {
    return foldsOf(config, days);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

async function loadUniverse(
  dataset: string,
  universe: NonNullable<SentinelBasis['universe']> | null,
): Promise<Pick<UniverseClaim, 'all' | 'judged'>> {
  if (!universe) {
    const query = `SELECT code, max(date)::VARCHAR AS last FROM (${barsQuery(dataset, readManifest(dataset))}) GROUP BY code`;
    const rows = await queryBars(dataset, (duck) => duck.rows(query));
    return { all: rows.map(({ code, last }) => ({ code: String(code), lastDay: toEpochDay(String(last)) })) };
  }
  const bars = await loadBars(dataset, { anchor: 'first' });
  const { rules, split } = universe;
  const { asOf } = settleUniverse(bars, rules, (days) => days[firstFoldOf(split, days).train.at(-1)!]);
  const all = bars.codes.map((code, i) => ({ code, lastDay: bars.days[bars.dayIndex[bars.offsets[i + 1] - 1]] }));
  return { all, judged: { rules, asOf, bars } };
}
