// Owns what is known of the J-Quants API V2: addresses, limits, plans, and what its refusals mean. Read in its specification
// (jpx-jquants.com/en/spec, October 2026) unless a comment says otherwise; never tried against the service itself.
import { type EpochDay, toEpochDay } from '../../base/clock.ts';
import type { FetchTable } from './source.ts';

export const JQUANTS = 'jquants';
export const JQUANTS_URL = 'https://api.jquants.com/v2';

/** Ascending: each has what those before it have. */
export const PLANS = ['free', 'light', 'standard', 'premium'] as const;
export type Plan = (typeof PLANS)[number];

/** Requests a minute. */
export const PLAN_LIMITS: Readonly<Record<Plan, number>> = { free: 5, light: 60, standard: 120, premium: 500 };
/** A limit of their own for /fins/summary and /fins/details, whatever the plan; taken for every address below /fins. */
export const FINS_LIMIT = 60;
/** What is stated as sensible at most; limits are reached long before. */
export const MOST_AT_ONCE = 150;

export const PATHS = {
  master: '/equities/master',
  bars: '/equities/bars/daily',
  topix: '/indices/bars/daily/topix',
  indices: '/indices/bars/daily',
  calendar: '/markets/calendar',
  summary: '/fins/summary',
  dividend: '/fins/dividend',
  investorTypes: '/equities/investor-types',
  marginInterest: '/markets/margin-interest',
  marginAlert: '/markets/margin-alert',
  shortRatio: '/markets/short-ratio',
  shortSale: '/markets/short-sale-report',
  /** History of announced days, by the day of the announcement. */
  earningsDate: '/fins/earnings-date',
  /** Only what is due on the next business day. */
  earningsCalendar: '/equities/earnings-calendar',
} as const;

/** TOPIX among the indices; its own address gives rows without a code. */
export const TOPIX_CODE = '0000';

export interface Offer {
  readonly table: FetchTable;
  /** Asked to learn whether a key may have the table. */
  readonly path: string;
  /** Parameters of that question, for a day on which every plan has data. */
  readonly probe: (day: string) => Readonly<Record<string, string>>;
  /** The least plan that has it, by the published table; a probe overrules it. */
  readonly plan: Plan;
}

const onDate = (day: string) => ({ date: day });
const inRange = (day: string) => ({ from: day, to: day });

export const OFFERS: readonly Offer[] = [
  { table: 'bars', path: PATHS.bars, probe: onDate, plan: 'free' },
  { table: 'listing', path: PATHS.master, probe: onDate, plan: 'free' },
  { table: 'statements', path: PATHS.summary, probe: onDate, plan: 'free' },
  { table: 'earnings-calendar', path: PATHS.earningsDate, probe: onDate, plan: 'free' },
  { table: 'index-bars', path: PATHS.topix, probe: inRange, plan: 'light' },
  { table: 'investor-flows', path: PATHS.investorTypes, probe: inRange, plan: 'light' },
  { table: 'margin-interest', path: PATHS.marginInterest, probe: onDate, plan: 'standard' },
  { table: 'margin-alerts', path: PATHS.marginAlert, probe: onDate, plan: 'standard' },
  { table: 'short-ratio', path: PATHS.shortRatio, probe: onDate, plan: 'standard' },
  { table: 'short-positions', path: PATHS.shortSale, probe: (day) => ({ disc_date: day }), plan: 'standard' },
  { table: 'dividends', path: PATHS.dividend, probe: onDate, plan: 'premium' },
];

/** Every index, not TOPIX alone. */
export const ALL_INDICES = { path: PATHS.indices, probe: onDate, plan: 'standard' } as const;

/** Whether a plan has what another plan has at least. */
export const covers = (plan: Plan, least: Plan): boolean => PLANS.indexOf(plan) >= PLANS.indexOf(least);

export type Refusal =
  | { readonly kind: 'key' }
  | { readonly kind: 'plan' }
  /** Days that the plan covers; null is open-ended. */
  | { readonly kind: 'days'; readonly from: EpochDay | null; readonly to: EpochDay | null }
  | { readonly kind: 'other' };

const COVERED = /covers the following dates:\s*(?<from>\d{4}-\d{2}-\d{2})?\s*~\s*(?<to>\d{4}-\d{2}-\d{2})?/i;

/**
 * What a 4xx means. The service answers 403 to a wrong key, to a table outside the plan and to an address that it does not know, and 400 to
 * days outside the plan; only the message tells them apart. The wording is as users of V2 quote it (public issues and tests, 2026).
 */
export function refusalOf(status: number, message: string): Refusal {
  const days = COVERED.exec(message)?.groups;
  if (days) {
    const dayOf = (text: string | undefined): EpochDay | null => (text === undefined ? null : toEpochDay(text));
    return { kind: 'days', from: dayOf(days.from), to: dayOf(days.to) };
  }
  if (/not available on your subscription/i.test(message)) return { kind: 'plan' };
  if (status === 401 || /api key|invalid or expired|no active subscription|unauthori[sz]ed/i.test(message))
    return { kind: 'key' };
  // A bare "Forbidden" says no more than that.
  return status === 403 && !/does not exist/i.test(message) ? { kind: 'plan' } : { kind: 'other' };
}
