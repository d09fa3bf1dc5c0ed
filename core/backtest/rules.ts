// Owns the portfolio rules: what a day's scores ask the book to hold. Rules see scores and the book, never a price to come.
import { groupOf } from '../evaluate/daily.ts';
import { rankAverage } from '../evaluate/statistics.ts';

/**
 * Long the top group, short the bottom group, equal weights, gross exposure split evenly between the two.
 * 'sleeves' renews one h-th of the book every day: the target is the mean of the last h days' books, h the signal's horizon.
 * 'periodic' renews the whole book every h-th signal day and leaves it alone between.
 */
export interface LongShortRule {
  kind: 'long-short';
  horizon: number;
  rebalance: 'sleeves' | 'periodic';
  /** Groups that the day's stocks are cut into: 10 for deciles. */
  groups: number;
  /** Long value plus short value as a share of equity. */
  gross: number;
}

/**
 * Long only: holds k names; a day at most `drop` of them are replaced, and only by names that score higher
 * (the TopkDropout strategy of Qlib). Names held are not resized; new names share the free cash equally.
 */
export interface TopKRule {
  kind: 'top-k';
  horizon: number;
  k: number;
  drop: number;
  /** Share of equity that buying may bring into stocks; the rest stays in cash. */
  invested: number;
}

export type Rule = LongShortRule | TopKRule;

export const RULE_DEFAULTS = {
  'long-short': { kind: 'long-short', horizon: 5, rebalance: 'sleeves', groups: 10, gross: 1 },
  'top-k': { kind: 'top-k', horizon: 5, k: 50, drop: 5, invested: 0.95 },
} as const satisfies { [K in Rule['kind']]: Extract<Rule, { kind: K }> };

/** Scores of one day: code indexes and their point forecasts, aligned, all finite. */
export interface Scores {
  codes: Int32Array;
  values: Float64Array;
}

/** Weights by code, as shares of equity; a code that is absent is wanted at zero. */
export type Weights = Map<number, number>;

/** Carries the books of the last h signal days. Returns undefined on a day when nothing is to be done. */
export class LongShortBook {
  readonly #rule: LongShortRule;
  #recent: Weights[] = [];
  #signals = 0;

  constructor(rule: LongShortRule) {
    this.#rule = rule;
  }

  target(scores: Scores): Weights | undefined {
    const { rebalance, horizon, groups, gross } = this.#rule;
    // Fewer than two stocks a group is no cross-section; the book is left as it is.
    if (scores.values.length < 2 * groups) return undefined;
    const due = this.#signals++ % horizon === 0;
    if (rebalance === 'periodic') return due ? extremes(scores, groups, gross) : undefined;
    this.#recent = [...this.#recent, extremes(scores, groups, gross)].slice(-horizon);
    const target: Weights = new Map();
    for (const book of this.#recent)
      for (const [code, weight] of book) target.set(code, (target.get(code) ?? 0) + weight / horizon);
    return target;
  }
}

/** Equal weights on the top and bottom of `groups`; empty when ties leave either side without a stock. */
function extremes(scores: Scores, groups: number, gross: number): Weights {
  const ranks = rankAverage(scores.values);
  const [long, short]: [number[], number[]] = [[], []];
  for (let i = 0; i < ranks.length; i++) {
    const group = groupOf(ranks[i], ranks.length, groups);
    if (group === groups - 1) long.push(scores.codes[i]);
    else if (group === 0) short.push(scores.codes[i]);
  }
  const weights: Weights = new Map();
  if (long.length === 0 || short.length === 0) return weights;
  for (const code of long) weights.set(code, gross / 2 / long.length);
  for (const code of short) weights.set(code, -gross / 2 / short.length);
  return weights;
}

/** The names that a top-k book sells and buys, given what it holds. Ties go to the lower code index. */
export function topKChanges(
  rule: TopKRule,
  scores: Scores,
  held: readonly number[],
): { sell: number[]; buy: number[] } {
  const score = new Map(Array.from(scores.codes, (code, i) => [code, scores.values[i]]));
  const of = (code: number): number => score.get(code) ?? Number.NEGATIVE_INFINITY;
  const best = (a: number, b: number): number => of(b) - of(a) || a - b;
  const holding = new Set(held);
  const places = Math.max(0, rule.k - held.length);
  const candidates = [...scores.codes]
    .filter((code) => !holding.has(code))
    .sort(best)
    .slice(0, rule.drop + places);
  const worst = [...held, ...candidates].sort(best).slice(rule.drop > 0 ? -rule.drop : Number.POSITIVE_INFINITY);
  // A book that stands above k sheds the excess as well.
  const sell = [...held].sort(best).filter((code, place) => worst.includes(code) || place >= rule.k);
  const room = Math.max(0, rule.k - (held.length - sell.length));
  return { sell, buy: candidates.slice(0, room) };
}
