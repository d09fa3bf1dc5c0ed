// Owns what measuring a panel's columns found, as files beside the panel: analysis/ with two JSON files and two .npy files.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic, writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { nansToNulls, nanToNull, nullsToNaNs } from '../base/missing.ts';
import type { Measurement } from './analysis/measure.ts';
import { ArrayFile, writeArray } from './array-file.node.ts';

/** Raised when what is measured, or how it is written, changes: older analyses then count as absent. Part of the file's name. */
const ANALYSIS_VERSION = 2;
const FOLDER = 'analysis';
const SUMMARY = `summary.v${ANALYSIS_VERSION}.json`;
const PROFILES = 'profiles.json';
const RANK_IC = 'rank_ic.npy';
const CORRELATION = 'correlation.npy';

/** An estimate with its 95 % interval; null where undefined. */
export interface Bounds {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface AnalysisSummary {
  /** Of the panel that was measured. */
  readonly key: string;
  readonly days: number;
  /** How many of the days, from the first, RankIC was taken over: later ones are held out. */
  readonly rankedDays: number;
  readonly years: readonly string[];
  readonly horizons: readonly number[];
  readonly correlationDays: number;
  readonly features: readonly {
    readonly name: string;
    readonly coverage: number;
    readonly drift: number | null;
    /** In the order of `horizons`. */
    readonly rankIc: readonly Bounds[];
  }[];
}

/** One entry a year; NaN as null. */
interface StoredProfile {
  readonly coverage: readonly (number | null)[];
  readonly drift: readonly (number | null)[];
  readonly quantiles: readonly (number | null)[];
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
}

export interface Profile {
  readonly coverage: Float64Array;
  readonly drift: Float64Array;
  /** [years, 5] */
  readonly quantiles: Float64Array;
  readonly histogram: { readonly edges: Float64Array; readonly counts: Float64Array };
  /** [horizons, days] */
  readonly rankIc: Float32Array;
}

/** Writes the folder whole, in place of an older one. @param names of the features, in the order of the measurement */
export async function writeAnalysis(
  panel: string,
  { key, days, rankedDays, horizons }: Pick<AnalysisSummary, 'key' | 'days' | 'rankedDays' | 'horizons'>,
  names: readonly string[],
  measured: Measurement,
  rankIc: readonly (readonly Bounds[])[],
): Promise<void> {
  const summary: AnalysisSummary = {
    key,
    days,
    rankedDays,
    years: measured.years,
    horizons,
    correlationDays: measured.correlationDays,
    features: measured.features.map(({ coverage, drift }, f) => ({
      name: names[f],
      coverage: Number.isNaN(coverage) ? 0 : coverage,
      drift: nanToNull(drift),
      rankIc: rankIc[f],
    })),
  };
  const profiles = measured.features.map(
    (feature): StoredProfile => ({
      coverage: nansToNulls(feature.coverageByYear),
      drift: nansToNulls(feature.driftByYear),
      quantiles: nansToNulls(feature.quantiles),
      histogram: feature.histogram,
    }),
  );
  await writeFolderAtomic(join(panel, FOLDER), (folder) => {
    writeArray(join(folder, RANK_IC), '<f4', [names.length, horizons.length, days], measured.rankIc);
    writeArray(join(folder, CORRELATION), '<f4', [names.length, names.length], measured.correlation);
    writeFileAtomic(join(folder, PROFILES), JSON.stringify(profiles));
    writeFileAtomic(join(folder, SUMMARY), JSON.stringify(summary));
  });
}

/** By a program that measures as this one does. */
export function isAnalysed(panel: string): boolean {
  return existsSync(join(panel, FOLDER, SUMMARY));
}

/** Null where there is none, or one of another version. @throws data/damaged-array where the file cannot be read */
export function readAnalysis(panel: string): AnalysisSummary | null {
  return isAnalysed(panel) ? (readJson(join(panel, FOLDER, SUMMARY)) as AnalysisSummary) : null;
}

/** One feature, by its place in the summary. @throws data/damaged-array */
export function readProfile(panel: string, summary: AnalysisSummary, feature: number): Profile {
  const stored = (readJson(join(panel, FOLDER, PROFILES)) as StoredProfile[])[feature];
  const { days, horizons, features } = summary;
  const rankIc = new Float32Array(horizons.length * days);
  readArray(join(panel, FOLDER, RANK_IC), [features.length, horizons.length, days], feature, rankIc);
  return {
    coverage: nullsToNaNs(stored.coverage),
    drift: nullsToNaNs(stored.drift),
    quantiles: nullsToNaNs(stored.quantiles),
    histogram: { edges: nullsToNaNs(stored.histogram.edges), counts: nullsToNaNs(stored.histogram.counts) },
    rankIc,
  };
}

/** Of these features, by their places in the summary: [features, features], in their order. @throws data/damaged-array */
export function readCorrelation(panel: string, summary: AnalysisSummary, features: readonly number[]): Float32Array {
  const size = summary.features.length;
  const whole = new Float32Array(size * size);
  readArray(join(panel, FOLDER, CORRELATION), [size, size], 0, whole);
  return Float32Array.from(features.flatMap((i) => features.map((j) => whole[i * size + j])));
}

function readArray(path: string, shape: readonly number[], first: number, target: Float32Array): void {
  const file = new ArrayFile(path, '<f4', shape);
  try {
    file.read(first, target);
  } finally {
    file.close();
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new AppError('data/damaged-array', { file: path }, cause);
  }
}
