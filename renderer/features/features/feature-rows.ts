// Owns the rows of the feature table: the catalogue joined with what measuring a panel found.
import type { z } from 'zod';
import type { Interval } from '../../../core/contract/entities.ts';
import type { catalogueEntrySchema } from '../../../core/contract/views.ts';
import type { FeatureAnalysis } from '../../../core/contract/views/features.ts';

export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;

export interface Unsupported {
  readonly name: string;
  readonly lacks: readonly string[];
}

export interface FeatureRow extends CatalogueEntry {
  /** null before the panel was measured, and where the panel lacks the feature. */
  coverage: number | null;
  drift: number | null;
  rankIc: Interval | null;
  /** In the panel, and measured. */
  measured: boolean;
  /** Inputs that the dataset does not have; none where it supports the feature. */
  lacks: readonly string[];
}

/** Beyond this, a mean daily RankIC of a single feature is more likely a leak than a discovery, if its interval excludes zero. */
export const IMPLAUSIBLE = 0.1;
/** Conventional marks of the population stability index. */
export const DRIFT_MARKS = { stable: 0.1, shifted: 0.25 };

export function featureRows(
  catalogue: readonly CatalogueEntry[],
  analysis: FeatureAnalysis | null | undefined,
  horizon: number | null,
  unsupported: readonly Unsupported[] = [],
): FeatureRow[] {
  const lacking = new Map(unsupported.map(({ name, lacks }) => [name, lacks]));
  const found = new Map(analysis?.features.map((feature) => [feature.name, feature]));
  const place = analysis && horizon !== null ? analysis.horizons.indexOf(horizon) : -1;
  return catalogue.map((entry) => {
    const measured = found.get(entry.name);
    return {
      ...entry,
      coverage: measured?.coverage ?? null,
      drift: measured?.drift ?? null,
      rankIc: measured?.rankIc[place] ?? null,
      measured: measured !== undefined,
      lacks: lacking.get(entry.name) ?? [],
    };
  });
}

export interface FeatureFilter {
  readonly query: string;
  readonly family: string | null;
  readonly set: CatalogueEntry['set'] | null;
  readonly supported: boolean | null;
}

/** Rows that hold every word of the query; null filters by nothing. */
export function matching(rows: readonly FeatureRow[], { query, family, set, supported }: FeatureFilter): FeatureRow[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (family !== null && row.family !== family) return false;
    if (set !== null && row.set !== set) return false;
    if (supported !== null && supported !== (row.lacks.length === 0)) return false;
    const text = `${row.name} ${row.formula} ${row.source} ${row.family} ${row.inputs.join(' ')}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export const isImplausible = ({ rankIc }: Pick<FeatureRow, 'rankIc'>): boolean =>
  Math.abs(rankIc?.value ?? 0) > IMPLAUSIBLE && (rankIc?.low ?? 0) * (rankIc?.high ?? 0) > 0;

/** 'moving average' is the key movingAverage. */
export function familyKey(family: string): string {
  return family.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}
