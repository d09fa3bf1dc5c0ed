// Owns the daily loop: fill what was decided before, mark, then decide at the close. Nothing decided today is filled today.
import { pointColumn } from '../evaluate/daily.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import { Book } from './book.ts';
import { borrowCost, type Costs, fillCosts, type Liquidity } from './costs.ts';
import { Market, type MarketBars } from './market.ts';
import { LongShortBook, type Rule, type Scores, topKChanges } from './rules.ts';

export interface Simulation {
  predictions: PredictionSet;
  bars: MarketBars;
  rule: Rule;
  costs: Costs;
  capital: number;
  /** First and last index into bars.days. */
  firstDay: number;
  lastDay: number;
  /** Price of a fill. */
  fill: 'close' | 'open';
  /** Trading days without a bar after which a stock counts as delisted. Waiting is what could be known at the time. */
  delistedAfter: number;
  daysPerYear: number;
}

export interface SimulationResult {
  book: Book;
  /** Mean daily return of the stocks last scored, equally weighted, without costs. */
  benchmark: number[];
  /** Bar-table days on which scores were seen. */
  signalDays: number;
  /** Orders that met a day without a tradable bar. */
  unfilled: number;
  /** Fills whose impact is counted as zero because no volume or volatility was known. */
  withoutImpact: number;
  ruined: boolean;
}

interface Order {
  code: number;
  /** Shares to hold once filled. */
  target: number;
  liquidity: Liquidity;
}

/** @param sameBar fills on the bar of the decision: an error, here only so that a test can plant it and see it caught */
export function simulate(input: Simulation, sameBar = false): SimulationResult {
  const { bars, costs, rule } = input;
  const market = new Market(bars);
  const book = new Book(input.capital);
  const scoresAt = scoresByDay(input.predictions, bars, rule.horizon);
  const longShort = rule.kind === 'long-short' ? new LongShortBook(rule) : undefined;
  const result: SimulationResult = {
    book,
    benchmark: [],
    signalDays: 0,
    unfilled: 0,
    withoutImpact: 0,
    ruined: false,
  };
  let orders: Order[] = [];
  let universe: Int32Array = new Int32Array(0);
  let marksBefore = new Map<number, number>();

  const fillOrders = (): void => {
    const open: Order[] = [];
    const ready = orders.filter((order) => {
      const tradable = market.price(order.code, input.fill) > 0;
      if (!tradable) open.push(order);
      return tradable;
    });
    result.unfilled += open.length;
    orders = open; // they wait for the next bar or the next decision, whichever comes first
    const changes = ready
      .map((order) => ({ ...order, shares: order.target - book.held(order.code) }))
      .filter(({ shares }) => shares !== 0)
      .sort((a, b) => Math.sign(a.shares) - Math.sign(b.shares) || a.code - b.code); // sales bring the cash that purchases need
    let scale = 1;
    for (const [place, { code, shares, liquidity }] of changes.entries()) {
      if (rule.kind === 'top-k' && shares > 0 && (place === 0 || changes[place - 1].shares < 0))
        scale = affordable(changes.slice(place));
      const price = market.price(code, input.fill);
      if (costs.impact > 0 && !(liquidity.volume > 0 && liquidity.volatility >= 0)) result.withoutImpact++;
      const dealt = shares > 0 ? shares * scale : shares;
      if (dealt !== 0) book.trade(code, dealt, price, fillCosts(costs, dealt, price, liquidity));
    }
  };

  /** A long-only book never borrows: purchases shrink together to the cash at hand. */
  const affordable = (purchases: readonly (Order & { shares: number })[]): number => {
    let needed = 0;
    for (const { code, shares, liquidity } of purchases) {
      const price = market.price(code, input.fill);
      const { commission, spread, impact } = fillCosts(costs, shares, price, liquidity);
      needed += shares * price + commission + spread + impact;
    }
    return needed > book.cash ? Math.max(0, book.cash / needed) : 1;
  };

  const closeDelisted = (): void => {
    for (const [code, shares] of [...book.shares]) {
      if (market.daysWithoutBar(code) < input.delistedAfter) continue;
      const price = market.mark(code);
      book.trade(code, -shares, price, { haircut: Math.abs(shares) * price * costs.delistingHaircut }, 'delisted');
    }
  };

  const order = (code: number, target: number): Order => ({
    code,
    target,
    liquidity: { volume: market.trailingVolume(code), volatility: market.trailingVolatility(code) },
  });

  const decide = (scores: Scores): void => {
    const equity = book.series.equity.at(-1) ?? input.capital;
    if (longShort) {
      const weights = longShort.target(scores);
      if (!weights) return;
      const codes = new Set([...weights.keys(), ...book.shares.keys()]);
      orders = [];
      for (const code of codes) {
        const weight = weights.get(code) ?? 0;
        // Sized at the last known close; what is to go needs no price.
        const mark = market.mark(code);
        if (weight === 0) orders.push(order(code, 0));
        else if (mark > 0) orders.push(order(code, (weight * equity) / mark));
      }
    } else if (rule.kind === 'top-k') {
      const { sell, buy } = topKChanges(rule, scores, [...book.shares.keys()]);
      const proceeds = sell.reduce((sum, code) => sum + book.held(code) * market.mark(code), 0);
      const budget = Math.max(0, book.cash + proceeds - (1 - rule.invested) * equity);
      orders = sell.map((code) => order(code, 0));
      for (const code of buy) {
        const mark = market.mark(code);
        if (mark > 0) orders.push(order(code, budget / buy.length / mark));
      }
    }
  };

  for (let day = input.firstDay; day <= input.lastDay; day++) {
    market.advance(day);
    const scores = scoresAt(day);
    const signal = (): void => {
      if (!scores || result.ruined) return;
      result.signalDays++;
      decide(scores);
    };
    if (sameBar) signal();
    fillOrders();
    closeDelisted();
    book.charge('borrow', borrowCost(costs, book.shortValue, input.daysPerYear));
    book.close((code) => market.mark(code));
    result.benchmark.push(meanReturn(universe, marksBefore, market));
    if (book.series.equity.at(-1)! <= 0 && !result.ruined) {
      result.ruined = true; // weights of a negative equity have no meaning: close everything and stop
      orders = [...book.shares.keys()].map((code) => order(code, 0));
    }
    if (!sameBar) signal();
    if (scores) universe = scores.codes;
    marksBefore = new Map(Array.from(universe, (code) => [code, market.mark(code)]));
  }
  return result;
}

function meanReturn(universe: Int32Array, before: Map<number, number>, market: Market): number {
  let sum = 0;
  let count = 0;
  for (const code of universe) {
    const change = market.mark(code) / before.get(code)! - 1;
    if (!Number.isFinite(change)) continue;
    sum += change;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Looks up the finite point forecasts of a bar-table day, by bar-table code. */
function scoresByDay(set: PredictionSet, bars: MarketBars, horizon: number): (day: number) => Scores | undefined {
  const H = set.horizons.length;
  const Q = set.quantiles.length;
  const h = set.horizons.indexOf(horizon as never);
  const point = pointColumn(set.quantiles);
  const codeOf = new Map(bars.codes.map((code, index) => [code, index]));
  const codes = Int32Array.from(set.codes, (code) => codeOf.get(code) ?? -1);
  const dayOf = new Map(Array.from(set.days, (day, index) => [day, index]));
  return (day) => {
    const d = dayOf.get(bars.days[day]);
    if (d === undefined) return undefined;
    const rows: number[] = [];
    for (let row = set.dayOffsets[d]; row < set.dayOffsets[d + 1]; row++)
      if (codes[set.stock[row]] >= 0 && Number.isFinite(set.predicted[(row * H + h) * Q + point])) rows.push(row);
    if (rows.length === 0) return undefined;
    return {
      codes: Int32Array.from(rows, (row) => codes[set.stock[row]]),
      values: Float64Array.from(rows, (row) => set.predicted[(row * H + h) * Q + point]),
    };
  };
}
