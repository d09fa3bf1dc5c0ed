// Owns what dealing costs: commission, half the spread, square-root impact, borrowing, and the haircut on a delisting.

export interface Costs {
  /** Basis points of traded value. */
  commission: number;
  /** Half the bid-ask spread, basis points of traded value. */
  halfSpread: number;
  /**
   * Y of the square-root law: impact as a share of value is Y x daily volatility x sqrt(shares / mean daily shares), both over
   * the 20 bars up to the decision (Torre 1997; Almgren and others 2005; Y is of order one). 0 switches it off.
   */
  impact: number;
  /** Basis points a year of the value held short. */
  borrow: number;
  /** Share of value lost, long or short, when a position in a delisted stock is closed at its last price. */
  delistingHaircut: number;
}

/** A liquid large-cap market dealt in by an institution; choose your own. */
export const COST_DEFAULTS: Costs = { commission: 1, halfSpread: 2, impact: 1, borrow: 0, delistingHaircut: 0 };
export const NO_COSTS: Costs = { commission: 0, halfSpread: 0, impact: 0, borrow: 0, delistingHaircut: 0 };

export const COST_PARTS = ['commission', 'spread', 'impact', 'borrow', 'haircut'] as const;
export type CostPart = (typeof COST_PARTS)[number];

/** What was known of a stock's liquidity when an order was decided; NaN where it was not. */
export interface Liquidity {
  /** Mean shares a day. */
  volume: number;
  /** Deviation of daily log returns. */
  volatility: number;
}

const BASIS_POINT = 1e-4;

/** Cost of one fill in money. Impact is zero where the liquidity is unknown. */
export function fillCosts(
  costs: Costs,
  shares: number,
  price: number,
  liquidity: Liquidity,
): { commission: number; spread: number; impact: number } {
  const value = Math.abs(shares) * price;
  const participation = Math.abs(shares) / liquidity.volume;
  const impact = costs.impact * liquidity.volatility * Math.sqrt(participation);
  return {
    commission: value * costs.commission * BASIS_POINT,
    spread: value * costs.halfSpread * BASIS_POINT,
    impact: Number.isFinite(impact) ? value * impact : 0,
  };
}

/** One day's charge for `value` held short. */
export function borrowCost(costs: Costs, value: number, daysPerYear: number): number {
  return (value * costs.borrow * BASIS_POINT) / daysPerYear;
}
