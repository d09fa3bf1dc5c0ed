// Owns what a set-up form holds, what is wrong with it, and the call that it makes. Shares are shown in percent.
import type { CallInput } from '../../../core/contract/rpc.ts';
import type { Api } from '../../../core/contract/api.ts';
import type { BacktestRule, BacktestSetup } from '../../../core/contract/views/backtests.ts';
import { COST_FIELDS, isCost, shownCost, storedCost } from './cost-fields.ts';

export interface SetupValues {
  kind: BacktestRule['kind'];
  horizon: number;
  groups: number | null;
  rebalance: 'sleeves' | 'periodic';
  /** Percent. */
  gross: number | null;
  k: number | null;
  drop: number | null;
  /** Percent. */
  invested: number | null;
  /** In shown units. */
  costs: Record<(typeof COST_FIELDS)[number]['key'], number | null>;
  capital: number | null;
  fill: 'close' | 'open';
  /** ISO dates; null for the whole test span. */
  dates: readonly [from: string, to: string] | null;
}

export const MOST_NAMES = 10_000;
export const MOST_GROSS = 1_000;

export function defaultValues({ rules, costs, capital, fill }: BacktestSetup): SetupValues {
  const longShort = rules.find((rule) => rule.kind === 'long-short');
  const topK = rules.find((rule) => rule.kind === 'top-k');
  if (!longShort || !topK) throw new Error('the host knows other rules than this page');
  return {
    kind: 'long-short',
    horizon: longShort.horizon,
    groups: longShort.groups,
    rebalance: longShort.rebalance,
    gross: longShort.gross * 100,
    k: topK.k,
    drop: topK.drop,
    invested: topK.invested * 100,
    costs: Object.fromEntries(COST_FIELDS.map(({ key }) => [key, shownCost(key, costs[key])])) as SetupValues['costs'],
    capital,
    fill,
    dates: null,
  };
}

const isWhole = (value: number | null, least: number, most: number): boolean =>
  value !== null && Number.isInteger(value) && value >= least && value <= most;
const isShare = (value: number | null, most: number): boolean => value !== null && value > 0 && value <= most;

/** Fields that cannot be sent as they are; only those that the rule in force uses. */
export function wrongFields(
  values: SetupValues,
  span: Pick<BacktestSetup, 'firstDay' | 'lastDay'>,
): ReadonlySet<string> {
  const wrong = new Set<string>();
  if (values.kind === 'long-short') {
    if (!isWhole(values.groups, 2, MOST_NAMES)) wrong.add('groups');
    if (!isShare(values.gross, MOST_GROSS)) wrong.add('gross');
  } else {
    if (!isWhole(values.k, 1, MOST_NAMES)) wrong.add('k');
    if (!isWhole(values.drop, 0, MOST_NAMES)) wrong.add('drop');
    if (!isShare(values.invested, 100)) wrong.add('invested');
  }
  for (const { key } of COST_FIELDS) if (!isCost(key, values.costs[key])) wrong.add(key);
  if (!(values.capital !== null && values.capital > 0)) wrong.add('capital');
  if (values.dates) {
    const [from, to] = values.dates;
    if (from > to || to < span.firstDay || from > span.lastDay) wrong.add('dates');
  }
  return wrong;
}

/** The call of values in which nothing is wrong. */
export function runInput(checkpoint: string, values: SetupValues): CallInput<Api, 'backtests.run'> {
  const { kind, horizon, rebalance, fill, dates } = values;
  const number = (value: number | null): number => value ?? Number.NaN;
  return {
    checkpoint,
    rule:
      kind === 'long-short'
        ? { kind, horizon, rebalance, groups: number(values.groups), gross: number(values.gross) / 100 }
        : { kind, horizon, k: number(values.k), drop: number(values.drop), invested: number(values.invested) / 100 },
    costs: Object.fromEntries(COST_FIELDS.map(({ key }) => [key, storedCost(key, number(values.costs[key]))])),
    capital: number(values.capital),
    fill,
    ...(dates ? { from: dates[0], to: dates[1] } : {}),
  };
}
