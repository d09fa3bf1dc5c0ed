// Owns corporate actions: their closed list, how each scales the prices before it, adjusted series as of any day, and chains of codes.
import type { EpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Locale } from '../base/messages/table.ts';

/** In the table 'corporate-actions' a kind is its place in this list, from 1. */
export const ACTION_KINDS = ['split', 'reverse-split', 'dividend', 'symbol-change', 'merger', 'delisting'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** Where an action is known from, numbered likewise: a table of the user's, factors that stand on their day alone, or the look of a jump. */
export const ACTION_ORIGINS = ['table', 'event-factor', 'apparent-split'] as const;
export type ActionOrigin = (typeof ACTION_ORIGINS)[number];

/** What a column of factors holds: of each day all that comes after it, or of the day of an event the event, 1 elsewhere. */
export type FactorKind = 'cumulative' | 'event';

const KIND_TEXT: Record<ActionKind, Record<Locale, string>> = {
  split: { en: 'split', ja: '株式分割' },
  'reverse-split': { en: 'reverse split', ja: '株式併合' },
  dividend: { en: 'dividend', ja: '配当' },
  'symbol-change': { en: 'change of code', ja: 'コード変更' },
  merger: { en: 'merger', ja: '合併' },
  delisting: { en: 'delisting', ja: '上場廃止' },
};

export const actionText = (kind: ActionKind, locale: Locale = 'en'): string => KIND_TEXT[kind][locale];

export const actionNumber = (kind: ActionKind): number => ACTION_KINDS.indexOf(kind) + 1;
export const originNumber = (origin: ActionOrigin): number => ACTION_ORIGINS.indexOf(origin) + 1;

export interface ActionRecord {
  readonly kind: ActionKind;
  /** First epoch day whose price shows it: the ex-day; of a delisting the first day without trade. */
  readonly day: EpochDay;
  /** First epoch day at whose close it may be used. */
  readonly known: EpochDay;
  /** Shares for one held before: 2 for a split of two for one, 0.1 for ten made one, of a merger those of the successor. NaN where none. */
  readonly ratio: number;
  /** Cash for a share held before, in the currency of the prices. NaN where none. */
  readonly amount: number;
}

export interface AdjustOptions {
  /** The day whose knowledge counts: later actions, and those announced later, do not exist yet. All count unless given. */
  readonly asOf?: EpochDay;
  /** Reinvests dividends on their ex-day: a total-return series. */
  readonly dividends?: boolean;
}

/**
 * What each bar's traded price is multiplied by, and its volume divided by, to stand beside the last bar on or before `asOf`. Bars after
 * `asOf` get NaN.
 *
 * As of day D it depends on nothing after D; and for actions known by their own day, it is the full factor divided by one constant.
 * @param days epoch days of one code's bars, ascending
 * @param close as traded, one for each day
 */
export function actionFactors(
  days: ArrayLike<EpochDay>,
  close: ArrayLike<number>,
  actions: readonly ActionRecord[],
  { asOf = Number.POSITIVE_INFINITY, dividends = false }: AdjustOptions = {},
): Float64Array<ArrayBuffer> {
  const known = actions.filter(({ day, known }) => day <= asOf && known <= asOf).sort((a, b) => a.day - b.day);
  const factors = new Float64Array(days.length).fill(Number.NaN);
  let next = known.length - 1;
  let factor = 1;
  for (let i = days.length - 1; i >= 0; i--) {
    if (days[i] > asOf) continue;
    for (; next >= 0 && known[next].day > days[i]; next--) factor *= scaleOf(known[next], close[i], dividends);
    factors[i] = factor;
  }
  return factors;
}

/** What an action multiplies the prices before it by. @param before the last close before it, as traded */
function scaleOf({ kind, ratio, amount }: ActionRecord, before: number, dividends: boolean): number {
  if ((kind === 'split' || kind === 'reverse-split') && ratio > 0) return 1 / ratio;
  // A dividend of the whole price and more is a wrong amount, or a liquidation; neither is reinvested.
  if (kind === 'dividend' && dividends && amount > 0 && amount < before) return 1 - amount / before;
  return 1;
}

/**
 * The same from a factor that is stored with every bar and already knows all of them: as of a day it is itself divided by its value on the
 * last bar of that day. Bars after it get NaN.
 */
export function factorsAsOf(
  days: ArrayLike<EpochDay>,
  factor: ArrayLike<number>,
  asOf: EpochDay,
): Float64Array<ArrayBuffer> {
  let last = days.length - 1;
  while (last >= 0 && days[last] > asOf) last--;
  return Float64Array.from({ length: days.length }, (_, i) => (i > last ? Number.NaN : factor[i] / factor[last]));
}

/**
 * The dividends that a factor does not know of yet: a source whose adjusted close includes them would count them twice.
 * @param close as traded
 */
export function dividendsLeftOut(
  days: ArrayLike<EpochDay>,
  close: ArrayLike<number>,
  factor: ArrayLike<number>,
  actions: readonly ActionRecord[],
): ActionRecord[] {
  return actions.filter((action) => {
    if (action.kind !== 'dividend') return false;
    let at = 0;
    while (at < days.length && days[at] < action.day) at++;
    if (at === 0 || at === days.length) return true;
    const due = -Math.log(scaleOf(action, close[at - 1], true));
    return Math.abs(Math.log(factor[at] / factor[at - 1]) - due) > due / 2;
  });
}

/** From `day` on a stock trades under the code `to`; bars of `from` before it are its past. */
export interface CodeChange {
  readonly from: string;
  readonly to: string;
  readonly day: EpochDay;
}

export interface ChainLink {
  /** Bars of this code in [start, end) belong to the chain. */
  readonly from: string;
  readonly start: EpochDay;
  readonly end: EpochDay;
  /** The newest code of the chain: whose history they become. */
  readonly to: string;
}

/**
 * Follows every change to the newest code of its chain. A code that is used anew by another stock takes part with the bars between the
 * changes into it and out of it alone.
 * @throws input/code-change-loop where a chain comes back to an earlier change
 */
export function codeChains(changes: readonly CodeChange[]): ChainLink[] {
  const ordered = [...changes].sort((a, b) => a.day - b.day);
  return ordered.map(({ from, day, ...rest }) => {
    let to = rest.to;
    let since = day;
    for (;;) {
      const next = ordered.find((change) => change.from === to && change.day > since);
      if (!next) break;
      [to, since] = [next.to, next.day];
    }
    if (to === from) throw new AppError('input/code-change-loop', { code: from });
    const into = ordered.filter((change) => change.to === from && change.day < day).at(-1);
    return { from, start: into?.day ?? Number.NEGATIVE_INFINITY, end: day, to };
  });
}
