// Owns the accounts: cash, positions, what every day made and cost, and the ledgers of trades and positions.
import { COST_PARTS, type CostPart } from './costs.ts';

/** Trades, a column each. Columns rather than objects: a wide universe makes a million of them. */
export interface TradeLedger {
  /** Index into the backtest's days. */
  day: number[];
  /** Index into the backtest's codes. */
  code: number[];
  /** Negative when sold. */
  shares: number[];
  price: number[];
  /** Commission, spread, impact and haircut of this trade. */
  cost: number[];
  /** 'delisted': closed at the last price because the bars ended. */
  reason: ('signal' | 'delisted')[];
}

/** What was held at the close of each day. */
export interface PositionLedger {
  day: number[];
  code: number[];
  shares: number[];
  /** Mark: the last known close. */
  price: number[];
}

/** One entry a day. */
export interface BookSeries {
  equity: number[];
  cash: number[];
  /** Change of value from prices alone, before costs: equity[t] - equity[t - 1] = pnl[t] - the sum of costs[t]. */
  pnl: number[];
  costs: Record<CostPart, number[]>;
  long: number[];
  /** Value held short, as a positive number. */
  short: number[];
  /** Value bought and sold. */
  traded: number[];
  positions: number[];
}

export class Book {
  cash: number;
  /** Shares by code, negative when short; a closed position is absent. */
  readonly shares = new Map<number, number>();
  readonly series: BookSeries = {
    equity: [],
    cash: [],
    pnl: [],
    costs: { commission: [], spread: [], impact: [], borrow: [], haircut: [] },
    long: [],
    short: [],
    traded: [],
    positions: [],
  };
  readonly trades: TradeLedger = { day: [], code: [], shares: [], price: [], cost: [], reason: [] };
  readonly positions: PositionLedger = { day: [], code: [], shares: [], price: [] };
  /** Mark of each held code at the last close. */
  #marks = new Map<number, number>();
  #pnl = 0;
  #traded = 0;
  #costs: Record<CostPart, number> = emptyCosts();

  constructor(capital: number) {
    this.cash = capital;
  }

  get day(): number {
    return this.series.equity.length;
  }

  held(code: number): number {
    return this.shares.get(code) ?? 0;
  }

  /** Value held short at the last close. */
  get shortValue(): number {
    return this.series.short.at(-1) ?? 0;
  }

  /** Deals `shares` at `price`. The gain up to `price` on what was held, and from it on what is held, is settled at the close. */
  trade(
    code: number,
    shares: number,
    price: number,
    costs: Partial<Record<CostPart, number>>,
    reason: TradeLedger['reason'][number] = 'signal',
  ): void {
    const held = this.held(code);
    // Valued first at the dealing price: the mark moves there, so that the day's gain is the sum over its parts.
    if (held !== 0) this.#pnl += held * (price - this.#marks.get(code)!);
    const after = held + shares;
    if (after === 0) this.shares.delete(code);
    else this.shares.set(code, after);
    this.#marks.set(code, price);
    const value = Math.abs(shares) * price;
    let total = 0;
    for (const part of COST_PARTS) {
      const amount = costs[part] ?? 0;
      this.#costs[part] += amount;
      total += amount;
    }
    this.cash -= shares * price + total;
    this.#traded += value;
    this.trades.day.push(this.day);
    this.trades.code.push(code);
    this.trades.shares.push(shares);
    this.trades.price.push(price);
    this.trades.cost.push(total);
    this.trades.reason.push(reason);
  }

  /** Pays a cost that belongs to no trade. */
  charge(part: CostPart, amount: number): void {
    this.#costs[part] += amount;
    this.cash -= amount;
  }

  /** Marks every position and closes the day. @param mark the last known close of a code */
  close(mark: (code: number) => number): void {
    const { series } = this;
    let [long, short] = [0, 0];
    for (const [code, shares] of this.shares) {
      const price = mark(code);
      this.#pnl += shares * (price - this.#marks.get(code)!);
      this.#marks.set(code, price);
      if (shares > 0) long += shares * price;
      else short -= shares * price;
      this.positions.day.push(this.day);
      this.positions.code.push(code);
      this.positions.shares.push(shares);
      this.positions.price.push(price);
    }
    series.positions.push(this.shares.size);
    series.long.push(long);
    series.short.push(short);
    series.cash.push(this.cash);
    series.pnl.push(this.#pnl);
    series.traded.push(this.#traded);
    for (const part of COST_PARTS) series.costs[part].push(this.#costs[part]);
    series.equity.push(this.cash + long - short);
    this.#pnl = 0;
    this.#traded = 0;
    this.#costs = emptyCosts();
  }
}

function emptyCosts(): Record<CostPart, number> {
  return { commission: 0, spread: 0, impact: 0, borrow: 0, haircut: 0 };
}
